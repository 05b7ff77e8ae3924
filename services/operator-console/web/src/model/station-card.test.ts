import { expect, test } from '@jest/globals';
import { askedWords, parseStationCard, partsOf, sourceWords, type StationCard, toldWords } from './station-card.ts';

const NOTE = {
  code: 'wholeAmps',
  sentence: 'It takes whole amperes only.',
  does: 'Down to 7 A.',
  seen: null,
  evseId: null,
};
const BODY = {
  stationId: 'ST-1',
  toldAt: '2026-06-07T12:00:00Z',
  ...{ ageMs: 4_000, stale: false, connected: true, kind: { sentence: 'Acme One.' } },
  abilities: [{ ...NOTE, code: 'units' }],
  peculiarities: [{ ...NOTE, id: 'H86', docs: 'docs/quirks.md#acme', until: null }, { code: 'no sentence' }, 'text'],
  profilesAskedAt: '2026-06-07T11:30:00Z',
  profilesAskedNextAt: '2026-06-07T12:30:00Z',
  found: [{ ...NOTE, code: 'foreign', until: '2026-06-07T18:00:00Z' }],
  obedience: [],
};
const NOW = { nowMs: Date.UTC(2026, 5, 7, 12), zone: 'UTC' };
const card = (change: object = {}): StationCard => {
  const parsed = parseStationCard({ ...BODY, ...change });
  if (parsed === null) throw new Error('not a station');
  return parsed;
};

test('what is known of a station is read; a note without a sentence is left out', () => {
  expect(card()).toMatchObject({
    ...{ stationId: 'ST-1', sentence: 'Acme One.', toldAtMs: NOW.nowMs, ageMs: 4_000, stale: false },
    peculiarities: [{ id: 'H86', docs: 'docs/quirks.md#acme', does: 'Down to 7\u202fA.', untilMs: null }],
    found: [{ code: 'foreign', untilMs: Date.UTC(2026, 5, 7, 18) }],
  });
  expect(card().peculiarities).toHaveLength(1);
  for (const body of [null, 'text', {}, { stationId: 3 }]) expect(parseStationCard(body)).toBeNull();
});

test('each part has words where it is empty, and nothing is shown of a station of which nothing was told', () => {
  expect(partsOf(card()).map(({ title, notes, empty }) => [title, notes.length, empty])).toEqual([
    ['What is peculiar', 1, 'Nothing that is known.'],
    ['What was found on it', 1, 'Nothing.'],
    ['How it obeys', 0, 'Nothing is held against it.'],
  ]);
  const untold = card({ toldAt: null, ageMs: null, kind: { sentence: 'Nothing is known of this station yet.' } });
  expect([partsOf(untold), toldWords(untold), untold.sentence]).toEqual([
    [],
    null,
    'Nothing is known of this station yet.',
  ]);
});

test('an age stands beside it, and one that is too old says what that means', () => {
  expect(toldWords(card())).toBe('Told 4\u202fs ago.');
  expect(toldWords(card({ ageMs: 400_000, stale: true }))).toMatch(
    /^Told 6\u202fmin ago, and not since: .+by themselves\.$/,
  );
});

test('when it was asked what it holds, and when again: each may be unknown', () => {
  const asked = (change: object) => askedWords(card(change), NOW);
  expect(asked({})).toBe('Asked at 11:30, again at 12:30.');
  expect(asked({ profilesAskedNextAt: null })).toBe('Asked at 11:30.');
  expect(asked({ profilesAskedAt: null })).toBe('It is asked again at 12:30.');
  expect(asked({ profilesAskedAt: null, profilesAskedNextAt: '2026-06-07T11:59:00Z' })).toBeNull();
});

test('where a note comes from', () => {
  const [note] = card().peculiarities;
  if (note === undefined) throw new Error('no note');
  expect(sourceWords(note)).toBe('H86 · docs/quirks.md#acme');
  expect(sourceWords({ ...note, docs: null })).toBe('H86');
  expect(sourceWords({ ...note, id: null, docs: null })).toBeNull();
});
