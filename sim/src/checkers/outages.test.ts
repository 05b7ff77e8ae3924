import { expect, test } from '@jest/globals';
import { createOutages } from './outages.ts';

test('time in which the log is away is passed over, whether one outage or several, overlapping or not', () => {
  const { away, readableSince } = createOutages();
  expect(readableSince(50_000, 8_000)).toBe(42_000);
  away(10_000, 15_000);
  away(20_000, 24_000);
  away(22_000, 30_000);
  // 1 s after the last of them, 5 s between, 2 s before; within one; before them all; after them all.
  expect(readableSince(31_000, 8_000)).toBe(8_000);
  expect(readableSince(26_000, 3_000)).toBe(17_000);
  expect(readableSince(9_000, 8_000)).toBe(1_000);
  expect(readableSince(38_000, 8_000)).toBe(30_000);
});

test('of many outages the newest 20 are remembered', () => {
  const { away, readableSince } = createOutages();
  for (let n = 1; n <= 21; n += 1) away(n * 10_000, n * 10_000 + 1_000);
  expect([readableSince(25_000, 5_000), readableSince(15_000, 5_000)]).toEqual([19_000, 10_000]);
});
