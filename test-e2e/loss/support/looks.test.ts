import { expect, test } from '@jest/globals';
import { createLooks } from './looks.ts';

test('a judge that has more looks than it keeps says so when it is asked, and never answers with old ones', () => {
  const looks = createLooks<number>(2);
  looks.add(1);
  looks.add(2);
  expect(looks.all()).toEqual([1, 2]);
  looks.add(3);
  expect(() => looks.all()).toThrow('the judge keeps 2 looks, and there were more');
  expect(() => looks.all()).toThrow(RangeError);
});
