import { expect, test } from '@jest/globals';
import { BACK_OFF_MAX_MS, waitMs } from './back-off.ts';

const SLOW = { pollEveryMs: 30_000, lostAfterMs: 3_600_000 };

test('a VTN that answers is polled at its period, a tenth earlier or later', () => {
  expect([0, 0.5, 1].map((draw) => waitMs(0, SLOW, draw))).toEqual([27_000, 30_000, 33_000]);
});

test('DR-E26: attempts at a silent VTN double their distance up to a cap, and at most halve it by chance', () => {
  expect([1, 2, 3, 4].map((failures) => waitMs(failures, SLOW, 0))).toEqual([30_000, 60_000, 120_000, 240_000]);
  expect([5, 6, 1_000_000].map((failures) => waitMs(failures, SLOW, 0))).toEqual([300_000, 300_000, 300_000]);
  expect(waitMs(1_000, SLOW, 1)).toBe(BACK_OFF_MAX_MS / 2);
});

test('a VTN that is back is heard before our own waiting calls it lost', () => {
  const quick = { pollEveryMs: 30_000, lostAfterMs: 200_000 };
  expect([1, 2, 3].map((failures) => waitMs(failures, quick, 0))).toEqual([30_000, 50_000, 50_000]);
});

test('a period above the cap is not shortened by failures', () => {
  const rare = { pollEveryMs: 3_600_000, lostAfterMs: 7_200_000 };
  expect([1, 2].map((failures) => waitMs(failures, rare, 0))).toEqual([3_600_000, 3_600_000]);
});
