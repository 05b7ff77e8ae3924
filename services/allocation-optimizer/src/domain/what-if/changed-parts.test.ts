import { expect, test } from '@jest/globals';
import { VersionedMap } from '../versioned-map.ts';
import { changedParts, withParts } from './changed-parts.ts';

const [A, B, C] = [{ n: 1 }, { n: 2 }, { n: 3 }];

test('of maps only what is another object is told, of anything else the whole; put together it is what it was', () => {
  const before = {
    some: new Map([
      ['a', A],
      ['b', B],
    ]),
    kept: VersionedMap.of(new Map([['a', A]])),
    word: 'old',
  };
  const now = {
    some: new Map([
      ['a', A],
      ['b', C],
    ]),
    kept: before.kept.with('c', C),
    word: 'new',
  };
  const changed = changedParts<object>(now, before);
  expect(changed).toEqual({ some: new Map([['b', C]]), kept: new Map([['c', C]]), word: 'new' });
  expect(withParts<object>(before, changed ?? {})).toEqual({
    some: now.some,
    kept: new Map([
      ['a', A],
      ['c', C],
    ]),
    word: 'new',
  });
});

test('an entry or a field that has gone cannot be told as a difference', () => {
  const before = {
    some: new Map([
      ['a', A],
      ['b', B],
    ]),
  };
  expect(changedParts({ some: new Map([['a', A]]) }, before)).toBeUndefined();
  expect(changedParts<object>({}, before)).toBeUndefined();
});

test('a map that is new is told whole', () => {
  expect(changedParts<object>({ some: new Map([['a', A]]) }, {})).toEqual({ some: new Map([['a', A]]) });
});
