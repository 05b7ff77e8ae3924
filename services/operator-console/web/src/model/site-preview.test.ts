import { expect, test } from '@jest/globals';
import { THIN_SPACE } from './format.ts';
import { parsePreview, previewWords, readKilowatts, STEP_KW, steppedKilowatts } from './site-preview.ts';

const plain = (sentences: readonly string[]): readonly string[] =>
  sentences.map((each) => each.replaceAll(THIN_SPACE, ' '));
const difference = (n: number, beforeA: number, afterA: number, sentence = '') => ({
  ...{ evseId: `ST-${n}/1`, name: `Bay ${n}`, beforeA, afterA, afterReason: { sentence } },
});
const bay = (n: number) => ({ evseId: `ST-${n}/1`, name: `Bay ${n}` });

test('the EVSE that one looks at comes first, then the others by what would happen to them', () => {
  const preview = parsePreview({
    differences: [
      difference(1, 16, 10, '6.9 kW. Grid connection is full.'),
      difference(2, 16, 10),
      difference(3, 6, 0),
      difference(4, 10, 12),
      difference(5, 10, 12),
    ],
    ...{ unchanged: 19, overRating: false, overPower: true },
  });
  expect(plain(previewWords(preview, bay(1)))).toEqual([
    'Bay 1 would go from 16 A to 10 A.',
    '6.9 kW. Grid connection is full.',
    'Of the others 2 would get more, 1 would get less, 1 would pause.',
    'For some seconds, until stations have come down, more may flow than this.',
  ]);
  expect(plain(previewWords(preview, bay(9)))[0]).toBe('Bay 9 would keep what it has.');
});

test('no difference is a sentence, and what is none of the kind is no difference', () => {
  for (const body of [
    null,
    {},
    { differences: 'many' },
    { differences: [{ evseId: 'ST-1/1', beforeA: 'x', afterA: 1 }] },
  ]) {
    expect(previewWords(parsePreview(body), bay(1))).toEqual(['Nothing would change for anybody.']);
  }
});

test('a limit is read with a comma or a point, and what is none is said', () => {
  expect(readKilowatts(' 120,5 ')).toEqual({ kind: 'ok', powerKw: 120.5 });
  for (const wrong of ['', 'much', '-1', '100001', 'Infinity']) expect(readKilowatts(wrong).kind).toBe('refused');
});

test('a step goes up and down by ten and never below nothing', () => {
  expect(steppedKilowatts('200', -STEP_KW)).toBe('190');
  expect(steppedKilowatts('4', -STEP_KW)).toBe('0');
  expect(steppedKilowatts('much', STEP_KW)).toBe('10');
});
