import { expect, test } from '@jest/globals';
import { createOrderChecker } from './order.ts';

/** What is told of records of one key, by their names, in the order of the log. */
function toldOf(names: string): readonly string[] {
  const details: string[] = [];
  const checker = createOrderChecker(({ detail }) => void details.push(detail));
  for (const eventId of names) checker.stored(1, { lane: 'site', eventId });
  checker.stored(1, { lane: 'another site', eventId: 'a' });
  checker.conclude(1);
  return details;
}

test('Q3 order: records that are told again are followed by all that came behind them, or somebody wrote what was not his', () => {
  expect(toldOf('abcd')).toEqual([]);
  expect(toldOf('abbabcd')).toEqual([]);
  expect(toldOf('abcbcabcd')).toEqual([]);
  expect(toldOf('abcad')).toEqual(['site: an old record stands behind 2 later ones, then one far behind it']);
  expect(toldOf('abcac')).toHaveLength(1);
});

test('Q3 order: at the end nothing old is the newest', () => {
  expect(toldOf('abcb')).toEqual(['site: an old record stands behind 1 later ones, then nothing more']);
});
