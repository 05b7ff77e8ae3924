import { setImmediate as settled } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createTurns } from './turns.ts';

test('the first piece of work over the bound waits until one before it has ended, also when that fails', async () => {
  const turns = createTurns(2);
  const begun: number[] = [];
  const works = Array.from({ length: 4 }, () => Promise.withResolvers<number>());
  const outcomes = works.map((work, n) =>
    turns(() => {
      begun.push(n);
      return work.promise;
    }).catch(String),
  );
  await settled();
  expect(begun).toEqual([0, 1]);
  works[1]?.reject(new Error('no'));
  await settled();
  expect(begun).toEqual([0, 1, 2]);
  works[0]?.resolve(0);
  works[2]?.resolve(2);
  works[3]?.resolve(3);
  await expect(Promise.all(outcomes)).resolves.toEqual([0, 'Error: no', 2, 3]);
});
