import { expect, test } from '@jest/globals';
import { NO_QUIRKS } from './fields.ts';
import type { QuirkPack } from './pack.ts';
import { quirksOf } from './quirks-of.ts';
import { MAX_RULES_OF_PACK, readPack } from './read-pack.ts';

const because = { id: 'H86', says: 'seen' };
const rule = (match: object, minCurrentDeciA: number, more: object = {}) => ({
  match,
  quirks: { minCurrentDeciA: { value: minCurrentDeciA, ...because }, ...more },
});

function packOf(...rules: readonly object[]): QuirkPack {
  const pack = readPack({ vendor: 'Acme', names: ['acme'], rules });
  if (pack.kind === 'err') throw new Error(pack.error.join('\n'));
  return pack.value;
}
const least = (pack: QuirkPack, model = '', firmware = '', vendor = 'ACME Inc.'): number =>
  quirksOf({ vendor, model, firmware }, [pack]).quirks.minCurrentDeciA;

test('of several rules the most specific one wins, wherever it stands in the file', () => {
  const rules = [
    rule({ model: 'One Plus' }, 50),
    rule({ firmware: { from: '2.0' } }, 20),
    rule({}, 10),
    rule({ model: 'One*' }, 30),
    rule({ model: 'One*', firmware: '2.*' }, 40),
  ];
  for (const pack of [packOf(...rules), packOf(...rules.toReversed())]) {
    expect(least(pack, 'Two', '1.0')).toBe(10);
    expect(least(pack, 'Two', '2.1')).toBe(20);
    expect(least(pack, 'One', '1.0')).toBe(30);
    expect(least(pack, 'One', '2.1')).toBe(40);
    expect(least(pack, 'ONE-PLUS', '2.1')).toBe(50);
    expect(least(pack, 'One', '2.1', 'Another')).toBe(NO_QUIRKS.minCurrentDeciA);
  }
});

test('what the most specific rule does not state, a wider one may; each quirk is named once', () => {
  const pack = packOf(
    rule({}, 10, { wholeAmps: { value: true, ...because }, singleLevel: { value: true, ...because } }),
    rule({ model: 'One' }, 60, { singleLevel: { value: false, ...because } }),
  );
  const { quirks, fired } = quirksOf({ vendor: 'acme', model: 'One', firmware: '' }, [pack]);
  expect(quirks).toEqual({ ...NO_QUIRKS, minCurrentDeciA: 60, wholeAmps: true, singleLevel: false });
  expect(fired.map(({ quirk, value }) => `${quirk} ${value}`)).toEqual([
    'minCurrentDeciA 60',
    'singleLevel false',
    'wholeAmps true',
  ]);
});

test.each([
  ['1.9.9', 10],
  ['v1.10', 20],
  ['V1.10.0-rc', 20],
  ['1.11.3', 20],
  ['2.0', 10],
  ['10.1', 10],
  ['unknown', 10],
  ['', 10],
])('firmware goes by its numbers, the end of a range is outside: %s', (firmware, expected) => {
  const pack = packOf(rule({}, 10), rule({ firmware: { from: '1.10', before: '2' } }, 20));
  expect(least(pack, 'One', firmware)).toBe(expected);
});

const sound = { vendor: 'Acme', names: ['acme'], rules: [rule({}, 60)] };
const stating = (quirks: object) => ({ ...sound, rules: [{ match: {}, quirks }] });
const BROKEN: readonly (readonly [string, unknown, string])[] = [
  ['no object', [], '/: must be an object with vendor, names, rules.'],
  ['no vendor', { ...sound, vendor: ' ' }, '/vendor: must be a text of at most 300 characters.'],
  ['no rules', { ...sound, rules: [] }, '/rules: must be a list of 1 to 100.'],
  ['a name with signs', { ...sound, names: ['Ac-me'] }, '/names/0: must be letters and digits, small: "acme".'],
  ['a field too many', { ...sound, firmware: '1' }, '/firmware: is not known here; there are vendor, names, rules.'],
  [
    'a quirk that is none',
    stating({ wholeAmp: { value: true, ...because } }),
    '/rules/0/quirks/wholeAmp: is not known here',
  ],
  ['no quirk', stating({}), '/rules/0/quirks: states none.'],
  [
    'an answer that is kept back for longer than stations wait',
    stating({ minAnswerDelayMs: { value: 10_001, ...because } }),
    '/rules/0/quirks/minAnswerDelayMs/value: must be a whole number from 0 to 10000',
  ],
  [
    'a value of another kind',
    stating({ rateUnit: { value: 'kW', ...because } }),
    '/rules/0/quirks/rateUnit/value: must be "A" or "W", and is "kW".',
  ],
  [
    'a current of more than 100 A',
    stating({ minCurrentDeciA: { value: 1_001, ...because } }),
    '/rules/0/quirks/minCurrentDeciA/value: must be a whole number from 0 to 1000, and is 1001.',
  ],
  [
    'what we do with every station, denied',
    stating({ neverClearThenSet: { value: false, ...because } }),
    'must be true: it is done with every station, and is false.',
  ],
  [
    'no report',
    stating({ wholeAmps: { value: true, id: 'somebody', says: 'seen' } }),
    '/rules/0/quirks/wholeAmps/id: "somebody" names no row',
  ],
  [
    'an empty range',
    { ...sound, rules: [rule({ firmware: { from: '2', before: '2.0' } }, 60)] },
    'ends before it begins',
  ],
  ['a range of nothing', { ...sound, rules: [rule({ firmware: {} }, 60)] }, 'has neither "from" nor "before"'],
  ['a model of nothing', { ...sound, rules: [rule({ model: '*' }, 60)] }, '/rules/0/match/model: has no letter'],
  [
    'two rules for the same stations',
    { ...sound, rules: [rule({ model: 'One' }, 60), rule({ model: 'ONE' }, 70)] },
    '/rules/1/match: model "one" has a rule already.',
  ],
];

test.each(BROKEN)('a pack with %s is refused, and it is said where', (_what, json, sentence) => {
  const pack = readPack(json);
  expect(pack.kind === 'err' ? pack.error.join('\n') : 'taken').toContain(sentence);
});

test('a pack is taken up to its bound of rules, and refused one over it; every fault is told at once', () => {
  const rules = Array.from({ length: MAX_RULES_OF_PACK + 1 }, (_, i) => rule({ model: `m${i}` }, 60));
  expect(readPack({ ...sound, rules: rules.slice(1) }).kind).toBe('ok');
  expect(readPack({ ...sound, rules }).kind).toBe('err');
  const twice = readPack({ ...sound, vendor: '', rules: [{ match: {}, quirks: { wholeAmps: { value: 1 } } }] });
  expect(twice.kind === 'err' && twice.error.length).toBe(5);
});
