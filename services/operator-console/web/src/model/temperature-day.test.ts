import { expect, test } from '@jest/globals';
import {
  borePath,
  daySummary,
  hoursOf,
  parseTemperatureDay,
  placesOf,
  readingAt,
  silentStretches,
  type TemperatureDay,
  temperaturePath,
  temperatureScale,
  temperatureTicks,
} from './temperature-day.ts';

const FROM = Date.UTC(2026, 5, 11, 12, 30);
const HOUR = 3_600_000;
const TO = FROM + 24 * HOUR;
const DOCUMENT = {
  ...{ siteId: 'depot', circuitId: 'panel', sensor: 'duct', staleAfter: '60s', risesAtMostC: 2 },
  ...{ from: new Date(FROM).toISOString(), to: new Date(TO).toISOString() },
  temperature: { atMs: [FROM, FROM + HOUR, FROM + 2 * HOUR, FROM + 3 * HOUR], hottestC: [18, 31, null, 42.5] },
  bore: [
    { from: new Date(FROM).toISOString(), percent: 100, amps: { l1A: 160, l2A: 160, l3A: 100 }, silent: false },
    { from: new Date(FROM + 2 * HOUR).toISOString(), percent: 75, amps: { l1A: 120, l2A: 120, l3A: 75 }, silent: true },
    {
      from: new Date(FROM + 3 * HOUR).toISOString(),
      percent: 90,
      amps: { l1A: 144, l2A: 144, l3A: 90 },
      silent: false,
    },
  ],
  steps: [
    { aboveC: 30, percent: 90 },
    { aboveC: 40, percent: 75 },
  ],
  rise: { mostC: 1.2, withinS: 185, at: new Date(FROM).toISOString(), watchedS: 9, broken: true, sentence: 'It rose.' },
};
function day(part: object = {}): TemperatureDay {
  const parsed = parseTemperatureDay({ ...DOCUMENT, ...part });
  if (parsed === null) throw new Error('no day');
  return parsed;
}
const places = (of: TemperatureDay) => placesOf(of, temperatureScale(of), { width: 240, height: 110 });

test('a day is read as far as it can be, and is none without its bounds', () => {
  const read = day();
  expect(read).toMatchObject({ sensor: 'duct', fromMs: FROM, toMs: TO, rise: { broken: true, atMs: FROM } });
  expect(read.points.map(({ celsius }) => celsius)).toEqual([18, 31, null, 42.5]);
  expect(read.bore.map(({ leastA }) => leastA)).toEqual([100, 75, 90]);
  expect(day({ rise: null, bore: [{ percent: 90 }], temperature: {} })).toMatchObject({
    rise: null,
    bore: [],
    points: [],
  });
  expect(parseTemperatureDay({ ...DOCUMENT, from: null })).toBeNull();
  expect(parseTemperatureDay({ ...DOCUMENT, to: DOCUMENT.from })).toBeNull();
  expect(parseTemperatureDay('nothing')).toBeNull();
});

test('of a temperature that never rose no instant is told', () => {
  expect(day({ rise: { ...DOCUMENT.rise, mostC: 0 } }).rise).toEqual({
    atMs: null,
    broken: true,
    sentence: 'It rose.',
  });
});

test('the temperature is a line that ends where its sensor fell silent, on a scale with all steps of the table', () => {
  const scale = temperatureScale(day());
  expect(scale).toEqual({ lowC: 15, highC: 45 });
  expect(temperatureTicks(scale)).toEqual([20, 30, 40]);
  expect(temperatureScale(day({ temperature: {} }))).toEqual({ lowC: 25, highC: 45 });
  // 18 C lies a tenth above the bottom.
  expect(temperaturePath(day(), places(day()))).toBe('M0 99h0L10 51.3M30 9.2h0');
});

test('what was borne is a stepped line to the end, whose scale begins at nothing', () => {
  expect(borePath(day(), places(day()))).toBe('M0 10H0V10H20V35H30V20H240');
  expect(borePath(day({ bore: [] }), places(day()))).toBe('');
  expect(silentStretches(day())).toEqual([{ fromMs: FROM + 2 * HOUR, toMs: FROM + 3 * HOUR }]);
});

test('the table has an hour a line, the newest first: the hottest, the least that was borne, and whether it was silent', () => {
  const hours = hoursOf(day());
  expect(hours).toHaveLength(25);
  expect(hours[0]).toMatchObject({ fromMs: TO - HOUR / 2, toMs: TO, hottestC: null, percent: 90, silent: false });
  expect(hours.slice(-5)).toMatchObject([
    { fromMs: FROM + 3.5 * HOUR, hottestC: null, percent: 90, leastA: 90, silent: false },
    { fromMs: FROM + 2.5 * HOUR, hottestC: 42.5, percent: 75, leastA: 75, silent: true },
    { fromMs: FROM + 1.5 * HOUR, hottestC: null, percent: 75, silent: true },
    { fromMs: FROM + HOUR / 2, hottestC: 31, percent: 100, silent: false },
    { fromMs: FROM, toMs: FROM + HOUR / 2, hottestC: 18, percent: 100, leastA: 100 },
  ]);
});

test('at the pointer stands what was read last, what was borne, and whether it was silent; beyond the day what is at its end', () => {
  expect(readingAt(day(), FROM + 1.5 * HOUR)).toEqual({
    ...{ atMs: FROM + 1.5 * HOUR, celsius: 31, percent: 100, leastA: 100, silent: false },
  });
  expect(readingAt(day(), FROM + 2.5 * HOUR)).toMatchObject({ celsius: null, percent: 75, leastA: 75, silent: true });
  expect(readingAt(day(), TO + 1)).toMatchObject({ atMs: TO, celsius: 42.5, percent: 90 });
  expect(readingAt(day({ temperature: {}, bore: [] }), FROM - 1)).toEqual({
    ...{ atMs: FROM, celsius: null, percent: null, leastA: null, silent: false },
  });
});

test('the day in words', () => {
  expect(daySummary(day())).toBe(
    'In the last day it was 18.0\u202f°C to 42.5\u202f°C. The circuit bore 75\u202f% to 100\u202f% of its rating. Its sensor was silent for 1\u202fh.',
  );
  const never = { temperature: {}, bore: [{ from: DOCUMENT.from, percent: 75, silent: true }] };
  expect(daySummary(day(never))).toBe(
    'No temperature was read in the last day. The circuit bore 75\u202f% of its rating. Its sensor was silent for 1\u202fd.',
  );
});
