import { expect, test } from '@jest/globals';
import { quantile } from './bench.ts';

test('a quantile is one of the values: the least that so large a part does not exceed', () => {
  const values = [9, 1, 5, 3, 7, 10, 2, 8, 4, 6];
  expect([0, 0.5, 0.51, 0.99, 1].map((part) => quantile(values, part))).toEqual([1, 5, 6, 10, 10]);
  expect([quantile([], 0.5), quantile([4], 0.01), quantile([100, 20], 1)]).toEqual([undefined, 4, 100]);
});
