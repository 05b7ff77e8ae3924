import { expect, test } from '@jest/globals';
import { BACK_OFF_MAX_MS, waitMs } from './back-off.ts';

test('a VTN that answers is polled at its period, a tenth earlier or later', () => {
  expect([0, 0.5, 1].map((draw) => waitMs(0, 30_000, draw))).toEqual([27_000, 30_000, 33_000]);
});

test('DR-E26: attempts at a silent VTN double their distance up to a cap, and at most halve it by chance', () => {
  expect([1, 2, 3, 4].map((failures) => waitMs(failures, 30_000, 0))).toEqual([30_000, 60_000, 120_000, 240_000]);
  expect([5, 6, 1_000_000].map((failures) => waitMs(failures, 30_000, 0))).toEqual([300_000, 300_000, 300_000]);
  expect(waitMs(1_000, 30_000, 1)).toBe(BACK_OFF_MAX_MS / 2);
});

test('a period above the cap is not shortened by failures', () => {
  expect([1, 2].map((failures) => waitMs(failures, 3_600_000, 0))).toEqual([3_600_000, 3_600_000]);
});
