import { expect, test } from '@jest/globals';
import { gridPreview, readGridDraft, suggestedKw } from './grid-draft.ts';
import { aSite } from './testing/site.ts';

test.each([
  ['', /number of kW/],
  ['low', /number of kW/],
  ['NaN', /number of kW/],
  ['-5', /below 0 kW/],
  ['1e9', /limits nothing/],
])('a limit of "%s" is refused in words', (limit, words) => {
  expect(readGridDraft(limit, 60, 10)).toEqual({ kind: 'refused', text: expect.stringMatching(words) });
});

test('a comma is a point, and 0 is a limit', () => {
  expect(readGridDraft(' 62,5 ', 60, 10)).toEqual({
    kind: 'ok',
    draft: { limitKw: 62.5, durationS: 60, startInS: 10 },
  });
  expect(readGridDraft('0', 60, 10)).toMatchObject({ kind: 'ok', draft: { limitKw: 0 } });
});

test('the suggestion is three fifths of the limit', () => {
  expect(suggestedKw(aSite())).toBe('120');
});

test('the preview tells when, what the cars give up, and what cannot be given', () => {
  const preview = (limitKw: number) => gridPreview({ limitKw, durationS: 60, startInS: 10 }, aSite());
  expect(preview(120)).toEqual([
    'At 14:00:10, for 1\u202fmin: the utility asks for at most 120.0\u202fkW.',
    'The site draws 164.0\u202fkW now: the cars give up 44.0\u202fkW.',
  ]);
  expect(preview(170)[1]).toContain('keep what they have');
  expect(preview(200)[1]).toContain('nothing will change');
  expect(preview(30)[2]).toContain('The building alone draws 40.0\u202fkW');
});
