import { expect, test } from '@jest/globals';
import { canonical } from './canonical.ts';

test('TB3: one text per value, whatever the order of keys and entries, and without what is absent', () => {
  const a = {
    z: 1,
    a: [true, null],
    m: new Map([
      ['b', 2n],
      ['a', 1n],
    ]),
    gone: undefined,
  };
  const b = {
    m: new Map([
      ['a', 1n],
      ['b', 2n],
    ]),
    a: [true, null],
    z: 1,
  };
  expect(canonical(a)).toBe('{"a":[true,null],"m":{"a":"1n","b":"2n"},"z":1}');
  expect(canonical(b)).toBe(canonical(a));
});

test('TB3: of a state that shares most of its parts with an earlier one, the text is that of a state made anew', () => {
  const first = {
    evses: new Map([
      ['A/1', { limit: 60 }],
      ['B/1', { limit: 60 }],
    ]),
    readings: { at: 1 },
  };
  canonical(first);
  const next = { ...first, evses: new Map(first.evses).set('B/1', { limit: 160 }) };
  const anew = {
    evses: new Map([
      ['A/1', { limit: 60 }],
      ['B/1', { limit: 160 }],
    ]),
    readings: { at: 1 },
  };
  expect(canonical(next)).toBe(canonical(anew));
  expect(canonical(next)).not.toBe(canonical(first));
});

test('TB3: maps within fields and lists are texts like any other, big integers and absent fields too', () => {
  const of = (generation: bigint) => ({ generation, since: undefined, list: [1, { b: 'x', a: generation }] });
  const text = '{"generation":"2n","list":[1,{"a":"2n","b":"x"}]}';
  expect(canonical(of(2n))).toBe(text);
  const map = new Map([['k', of(2n)]]);
  expect(canonical({ z: 0, deep: { list: [map, 'y'], a: null } })).toBe(
    `{"deep":{"a":null,"list":[{"k":${text}},"y"]},"z":0}`,
  );
});
