import { expect, test } from '@jest/globals';
import { isTold } from './doubling.ts';

test('the first is told, and then each that doubles their number', () => {
  expect(Array.from({ length: 40 }, (_, index) => index + 1).filter(isTold)).toEqual([1, 2, 4, 8, 16, 32]);
});
