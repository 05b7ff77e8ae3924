import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { horizonOf, QUARTER_MS, SHORT_MS } from './horizon.ts';

const DAY_MS = 86_400_000;
const lengths = (nowMs: number, untilMs: number): readonly number[] =>
  horizonOf(epochMs(nowMs), epochMs(untilMs)).map(({ fromMs, toMs }) => (toMs - fromMs) / 60_000);

test('5: five minutes for an hour, aligned to the clock, then quarters', () => {
  const noonMs = Date.UTC(2026, 10, 26, 12);
  expect(lengths(noonMs, noonMs + 7_200_000)).toEqual([...Array.from({ length: 12 }, () => 5), 15, 15, 15, 15]);
  expect(lengths(noonMs + 123_000, noonMs + 5_400_000)).toEqual([2.95, ...Array.from({ length: 11 }, () => 5), 15, 15]);
  // The hour ends at 13:05: on in five minutes to the quarter.
  expect(lengths(noonMs + 300_000, noonMs + 5_400_000)).toEqual([...Array.from({ length: 14 }, () => 5), 15]);
});

test('PT23: without gaps, each interval in one demand window, over every change of the clocks', () => {
  const nights = [
    Date.UTC(2026, 2, 28, 23),
    Date.UTC(2026, 9, 24, 22),
    Date.UTC(2026, 11, 31, 23),
    Date.UTC(2028, 1, 28, 23),
  ];
  for (const midnightMs of nights) {
    for (let nowMs = midnightMs; nowMs < midnightMs + 3_600_000; nowMs += 97_000) {
      const intervals = horizonOf(epochMs(nowMs), epochMs(nowMs + DAY_MS));
      expect(intervals[0]?.fromMs).toBe(nowMs);
      expect(intervals.at(-1)?.toMs).toBeGreaterThanOrEqual(nowMs + DAY_MS);
      for (const [n, { fromMs, toMs }] of intervals.entries()) {
        expect(toMs).toBe(intervals[n + 1]?.fromMs ?? toMs);
        expect(Math.floor(fromMs / QUARTER_MS)).toBe(Math.floor((toMs - 1) / QUARTER_MS));
        expect(toMs % SHORT_MS).toBe(0);
      }
    }
  }
});
