import { expect, test } from '@jest/globals';
import type { ShownEvent } from './grid-live.ts';
import {
  countdown,
  eventSentence,
  notTakenBack,
  priceText,
  remaining,
  sourceLines,
  sourceTrouble,
  verdict,
} from './grid-words.ts';
import { aSite, NOW_MS } from './testing/site.ts';

const MINUTE_MS = 60_000;
const anEvent = (part: Partial<ShownEvent> = {}): ShownEvent => ({
  ...{ eventId: 'e-1', source: 'grid operator', name: null, state: 'scheduled', level: null, why: null },
  ...{ startsAtMs: NOW_MS + 30_000, endsAtMs: NOW_MS + 90_000, askedKw: 120, returnsByMs: null, delivered: null },
  circuitIds: [],
  ...part,
});

test('what is to come is told with its times; of a short event with the seconds', () => {
  expect(eventSentence(anEvent(), aSite())).toBe(
    'Grid operator asks the whole site to draw at most 120.0\u202fkW from 14:00:30 until 14:01:30. The cars slow down by themselves.',
  );
  const long = anEvent({ endsAtMs: NOW_MS + 60 * MINUTE_MS });
  expect(eventSentence(long, aSite())).toContain('from 14:00 until 15:00.');
});

test.each([
  ['active', /to draw at most 120\.0\u202fkW until 14:01:30\.$/],
  ['returning', /rises in steps/],
  ['completed', /of grid operator is over/],
  ['cancelled', /^Grid operator took its event back/],
  ['refused', /was not acted on: The limit is below zero\. The site goes on as before/],
] as const)('an event that is %s is told in words', (state, words) => {
  expect(eventSentence(anEvent({ state, why: 'The limit is below zero.' }), aSite())).toMatch(words);
});

test('an event without an end, and one that asks by level', () => {
  const open = anEvent({ state: 'active', endsAtMs: null, askedKw: null, level: 2 });
  expect(eventSentence(open, aSite())).toContain('less, level 2 of 3 until it is taken back');
  expect(countdown(open, NOW_MS)).toBeNull();
});

test.each([
  [-1, '0:00'],
  [1, '0:01'],
  [8_000, '0:08'],
  [61_000, '1:01'],
  [3_599_000, '59:59'],
  [3_600_000, '1\u202fh'],
])('%d ms are shown as %s', (ms, text) => {
  expect(remaining(ms)).toBe(text);
});

test('the countdown goes to the start, then to the end, then to the site’s own limit', () => {
  expect(countdown(anEvent(), NOW_MS + 1_000)).toEqual({ label: 'Starts in', text: '0:29' });
  expect(countdown(anEvent({ state: 'active' }), NOW_MS + 60_000)).toEqual({ label: 'Ends in', text: '0:30' });
  const returning = anEvent({ state: 'returning', returnsByMs: NOW_MS + 10_000 });
  expect(countdown(returning, NOW_MS)).toEqual({ label: 'Own limit in', text: '0:10' });
  expect(countdown(anEvent({ state: 'completed' }), NOW_MS)).toBeNull();
});

test('delivered against asked: kept, still following within ten seconds, or over', () => {
  const at = (siteKw: number | null, sinceMs: number) =>
    verdict(
      anEvent({ state: 'active', startsAtMs: NOW_MS - sinceMs }),
      aSite({ total: { drawnKw: 0, commandedKw: 0, siteKw, headroomKw: 0 } }),
    );
  expect(at(117.9, 60_000)).toEqual({ tone: 'kept', text: 'Kept, 2.1\u202fkW below' });
  expect(at(120.04, 60_000)?.tone).toBe('kept');
  expect(at(130, 9_000)).toEqual({ tone: 'following', text: '10.0\u202fkW over, cars follow' });
  expect(at(130, 10_000)).toEqual({ tone: 'over', text: '10.0\u202fkW over' });
  expect(at(null, 60_000)).toBeNull();
});

test('a utility that is not heard is told with what it means; one that is heard is not', () => {
  const source = { name: 'dso', sentence: 'Connection refused.', lastHeardAtMs: NOW_MS - 12 * MINUTE_MS };
  expect(sourceTrouble({ ...source, state: 'lost' }, NOW_MS)).toBe(
    'New grid events do not arrive. Its last answer is 12\u202fmin old. What it has asked holds to its end. Connection refused.',
  );
  expect(sourceTrouble({ ...source, state: 'never-heard', lastHeardAtMs: null }, NOW_MS)).toBe(
    'New grid events do not arrive. Connection refused.',
  );
  expect(sourceTrouble({ ...source, state: 'heard' }, NOW_MS)).toBeNull();
});

test.each([
  [0.2147, 'EUR', '€0.2147'],
  [0.2, 'EUR', '€0.20'],
  [0, 'GBP', '£0.00'],
  [-0.0123, 'EUR', '−€0.0123'],
])('a price of %d %s is written as %s', (perKwh, currency, text) => {
  expect(priceText({ perKwh, currency, period: null, source: '' })).toBe(text);
});

test('no price is a dash, never 0', () => {
  expect(priceText(null)).toBe('–');
});

test('an event that could not be taken back goes on, and it is said why', () => {
  const detail = 'The VTN answered 500.';
  expect(notTakenBack({ kind: 'refused', detail, problems: [detail] })).toBe(
    'Not taken back, it goes on as it is. The VTN answered 500.',
  );
  expect(notTakenBack({ kind: 'unreachable' })).toContain('Headroom cannot be reached.');
});

test.each([
  ['scheduled', 'Grid operator asks the circuit Panel A to draw at most 120.0\u202fkW from 14:00:30 until 14:01:30.'],
  ['active', 'Grid operator asks the circuit Panel A, with all beneath, to draw at most 120.0\u202fkW until 14:01:30.'],
  ['completed', 'The event of grid operator is over: the circuit Panel A has its own limit'],
  ['cancelled', 'Grid operator took its event back: the circuit Panel A has its own limit'],
] as const)('an event for one circuit that is %s names it, and does not speak of the whole site', (state, words) => {
  const sentence = eventSentence(anEvent({ state, circuitIds: ['panel-a'] }), aSite());
  expect(sentence).toContain(words);
  expect(sentence.includes('The limit of the whole site stays as it is.')).toBe(
    state === 'scheduled' || state === 'active',
  );
});

test('several circuits are each asked; one that the site does not have goes by its id', () => {
  const event = anEvent({ state: 'active', circuitIds: ['grid', 'panel-a', 'roof'] });
  expect(eventSentence(event, aSite())).toContain(
    'the circuits Grid connection, Panel A and roof, with all beneath, to draw at most 120.0\u202fkW each until',
  );
});

test('what a circuit is asked is not held against the draw of the site', () => {
  const active = anEvent({ state: 'active', startsAtMs: NOW_MS - 60_000, askedKw: 20 });
  expect(verdict(active, aSite())?.tone).toBe('over');
  expect(verdict({ ...active, circuitIds: ['panel-a'] }, aSite())).toBeNull();
});

test('a utility that is heard is quoted, also when its last poll failed; of the others a notice tells', () => {
  const source = { name: 'utility', state: 'heard', sentence: 'The VTN answers.', lastHeardAtMs: NOW_MS } as const;
  const failed = { ...source, name: 'dso', sentence: 'The last poll failed: the answer has status 500.' };
  expect(sourceLines([source, failed])).toBe(
    'Utility: The VTN answers. Dso: The last poll failed: the answer has status 500.',
  );
  const others = (['lost', 'silent', 'never-heard'] as const).map((state) => ({ ...source, state }));
  expect(sourceLines([...others, { ...source, sentence: '' }])).toBe('');
});
