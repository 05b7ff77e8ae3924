import { expect, test } from '@jest/globals';
import type { DeratingSpec } from './site-document.ts';
import { riseWithinMs, seenRise, temperatureDay, type TemperatureSpan } from './temperature-day.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;
const FROM = Date.UTC(2026, 5, 7);
const TO = FROM + 24 * HOUR;
const SPEC: DeratingSpec = {
  ...{ sensor: 'duct', staleAfterMs: 5 * MIN, risesAtMostC: 2 },
  steps: [
    { aboveC: 30, percent: 90 },
    { aboveC: 40, percent: 75 },
  ],
};

/** Read once in that minute after the day begins. */
const at = (minute: number, hottest: number, last = hottest): TemperatureSpan => ({
  ...{ hottestDeciC: hottest * 10, lastDeciC: last * 10 },
  ...{ firstAtMs: FROM + minute * MIN, lastAtMs: FROM + minute * MIN + 30_000 },
});
const steady = (from: number, to: number, celsius: number): readonly TemperatureSpan[] =>
  Array.from({ length: (to - from) / 3 + 1 }, (_, n) => at(from + n * 3, celsius));
const dayOf = (spans: readonly TemperatureSpan[], toMs = TO) => temperatureDay(spans, SPEC, { fromMs: FROM, toMs });
const boreIn = (spans: readonly TemperatureSpan[], toMs = TO) =>
  dayOf(spans, toMs).bore.map(({ fromMs, percent, silent }) => [(fromMs - FROM) / MIN, percent, silent]);

test('LC2: what a circuit bore steps down as it gets hot, and up by 2 C less than it came down', () => {
  const told = [at(-3, 29), at(0, 29), at(3, 30.1), at(6, 41), at(9, 38.1), at(12, 37.9), at(15, 28.1), at(18, 28)];
  expect(boreIn(told, FROM + 20 * MIN)).toEqual([
    [0, 100, false],
    [3, 90, false],
    [6, 75, false],
    [12, 90, false],
    [18, 100, false],
  ]);
});

test('LC2: within a minute the hottest counts, and what it came back to after it', () => {
  expect(boreIn([...steady(-3, 0, 29), at(3, 41, 29), at(6, 29)], FROM + 8 * MIN)).toEqual([
    [0, 100, false],
    [3, 75, false],
    [3.5, 90, false],
  ]);
});

test('LC2: where the sensor was silent the last step counted, from when its last reading was too old until it spoke', () => {
  const told = [...steady(-3, 30, 20), ...steady(60, 90, 20)];
  expect(boreIn(told, FROM + 100 * MIN)).toEqual([
    [0, 100, false],
    [35.5, 75, true],
    [60, 100, false],
    [95.5, 75, true],
  ]);
  const { points } = dayOf(told, FROM + 100 * MIN);
  expect(points.filter(({ deciC }) => deciC === null).map(({ atMs }) => (atMs - FROM) / MIN)).toEqual([35.5, 95.5]);
});

test('LC2: a day of which nothing is known was silent from its beginning; one that began to be watched since then', () => {
  expect(boreIn([])).toEqual([[0, 75, true]]);
  expect(dayOf([]).points).toEqual([]);
  expect(boreIn([at(600, 20)], FROM + 602 * MIN)).toEqual([
    [0, 75, true],
    [600, 100, false],
  ]);
});

test('LC2: what counted before the day began counts in it, and is not drawn', () => {
  // 29 C after 30.5 C counts as 30.5 C.
  const day = dayOf([at(-4, 30.5), at(-1, 29), at(2, 29)], FROM + 4 * MIN);
  expect(day.bore).toEqual([{ fromMs: FROM, percent: 90, silent: false }]);
  expect(day.points).toEqual([{ atMs: FROM + 2.5 * MIN, deciC: 290 }]);
});

test('LC2: the largest rise is told beside the word of the operator, and that the word was broken', () => {
  expect(riseWithinMs(120, SPEC)).toBe(425_000);
  const found = { riseDeciC: 20, toDeciC: 321, atMs: FROM + HOUR, firstAtMs: FROM, lastAtMs: FROM + 6.75 * 24 * HOUR };
  expect(seenRise(found, 425_000, SPEC)).toMatchObject({
    ...{ riseC: 2, broken: false, atMs: FROM + HOUR, watchedMs: 6.75 * 24 * HOUR },
    sentence: 'In 6 days it rose by up to 2 C within 425 s; the site document says 2 C at most.',
  });
  const broken = seenRise({ ...found, riseDeciC: 21, lastAtMs: FROM + 5.5 * HOUR }, 425_000, SPEC);
  expect(broken.broken).toBe(true);
  expect(seenRise({ ...found, lastAtMs: FROM + 61_000 }, 425_000, SPEC).sentence).toMatch(/^In 2 min it rose/u);
  expect(broken.sentence).toMatch(/^In 5 h it rose by up to 2\.1 C within 425 s; .* state at least what was seen/u);
});
