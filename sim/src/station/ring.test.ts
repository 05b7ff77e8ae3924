import { expect, test } from '@jest/globals';
import { createRing } from './ring.ts';

test('keeps the newest entries and counts what it forgot', () => {
  const ring = createRing<number>(3);
  for (let i = 1; i <= 3; i += 1) ring.push(i);
  expect([ring.items(), ring.forgotten()]).toEqual([[1, 2, 3], 0]);
  ring.push(4);
  expect([ring.items(), ring.forgotten()]).toEqual([[2, 3, 4], 1]);
  for (let i = 5; i <= 20; i += 1) ring.push(i);
  expect([ring.items(), ring.forgotten()]).toEqual([[18, 19, 20], 17]);
});
