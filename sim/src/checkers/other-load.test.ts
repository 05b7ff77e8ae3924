import { expect, test } from '@jest/globals';
import { createOtherLoad } from './other-load.ts';

test('SI21 of each phase counts what its operator said, and all of a rise once everybody could react', () => {
  const load = createOtherLoad({ risesA: 2, reactsWithinMs: 10_000 });
  expect(load.look(0, [3, 2, 1])).toEqual([3, 2, 1]);
  expect(load.look(1_000, [9, 8, 7])).toEqual([5, 4, 3]);
  expect(load.look(5_000, [9, 1, 7])).toEqual([5, 1, 3]);
  expect(load.look(10_999, [9, 8, 7])).toEqual([5, 3, 3]);
  expect(load.look(11_000, [9, 8, 7])).toEqual([9, 3, 7]);
  expect(load.look(20_999, [9, 8, 7])).toEqual([9, 8, 7]);
});
