import { expect, test } from '@jest/globals';
import { heatView } from './heat-view.ts';
import { aHeat } from './testing/site.ts';

test('LC2 a circuit shows its temperature with unit and running age, what it bears, and why', () => {
  expect(heatView(aHeat(), 3_000)).toMatchObject({
    ...{ temperature: { value: '31.4', unit: '°C' }, freshness: 'fresh', ageWords: '15\u202fs ago' },
    bearsWords: 'Bears 90\u202f% (288\u202fA).',
    sentence: 'Above 30\u202f°C it bears 90\u202f% of its rating.',
  });
  expect(heatView(aHeat({ bears: { l1A: 90, l2A: 90, l3A: 57.1 } }), 0).bearsWords).toContain(
    '(90 / 90 / 57.1\u202fA)',
  );
  expect(heatView(aHeat({ bears: null }), 0).bearsWords).toBe('Bears 90\u202f%.');
});

test('LK16 of a silent sensor no number is left at full strength; what it said last stands with its age', () => {
  const silent = aHeat({ silent: true, ageMs: 130_000, temperatureC: -4 });
  expect(heatView(silent, 0)).toMatchObject({
    ...{ temperature: { value: '–', unit: '°C' }, freshness: 'gone' },
    ageWords: 'silent for 2\u202fmin, −4.0\u202f°C before',
  });
  const never = aHeat({ silent: true, ageMs: null, measuredAtMs: null, temperatureC: null });
  expect(heatView(never, 60_000)).toMatchObject({ ageWords: 'not heard yet', measuredAtMs: null });
});
