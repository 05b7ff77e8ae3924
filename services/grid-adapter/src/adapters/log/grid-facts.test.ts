import { expect, test } from '@jest/globals';
import { decodeRecord, gridV1, HEADERS, TOPICS } from '@headroom/contracts';
import type { EventRecord } from '@headroom/event-log';
import { MAX_RECORD_BYTES } from '@headroom/event-log';
import { ID_CHARS_MAX, NAME_CHARS_MAX, SEGMENTS_MAX } from '../../domain/bounds.ts';
import type { Segment } from '../../domain/timeline.ts';
import type { EventNote, GridFact } from '../../ports.ts';
import { createGridFacts, MAX_FACTS_PER_APPEND, recordOf } from './grid-facts.ts';

function wire(fact: GridFact): unknown {
  const record = recordOf(fact);
  expect([record.topic, record.key]).toEqual([TOPICS.gridFacts.name, 's1']);
  const decoded = decodeRecord(TOPICS.gridFacts, record.value);
  if (decoded.kind === 'err') throw new Error(decoded.error);
  return gridV1.GridFact.toJSON(decoded.value);
}

const price = { currency: 'EUR', microPerKwh: -12_500, source: 'dso', eventId: 'e2', priority: 3 };
const by = { source: 'dso', programId: 'p1', eventId: 'e1', priority: 0 };
const fallback = { source: 'dso', programId: '', eventId: 'fallback' };
const timeline = (segments: readonly Segment[], circuitId?: string): GridFact => ({
  kind: 'timeline',
  timeline: {
    target: { siteId: 's1', ...(circuitId === undefined ? {} : { circuitId }) },
    ...{ version: 7, publishedAtMs: 1_000, segments },
  },
});

test('a timeline: an own limit is no limit of the grid, a fallback has no program, unknown prices are absent', () => {
  const segments: readonly Segment[] = [
    { startMs: 1_000, endMs: 2_000, limitW: 100_000, cause: { kind: 'own' } },
    { startMs: 2_000, endMs: 3_000, limitW: 0, cause: { kind: 'event', ...by }, price, carbonMgPerKwh: 0 },
    { startMs: 3_000, endMs: 4_000, limitW: 50_000, cause: { kind: 'restore', ...by } },
    { startMs: 4_000, endMs: 5_000, limitW: 30_000, cause: { kind: 'event', ...fallback } },
    { startMs: 5_000, limitW: 60_000, cause: { kind: 'restore', ...fallback } },
  ];
  const cause = { source: 'dso', programId: 'p1', eventId: 'e1', priority: 0 };
  expect(wire(timeline(segments, 'panel'))).toEqual({
    siteId: 's1',
    timelineSet: {
      ...{ circuitId: 'panel', version: '7', publishedAtMs: '1000' },
      segments: [
        { startMs: '1000', endMs: '2000' },
        {
          ...{ startMs: '2000', endMs: '3000', limitW: '0', cause: { kind: 'GRID_CAUSE_KIND_EVENT', ...cause } },
          price: { ...price, microPerKwh: '-12500' },
          // 0 is an emission, and not nothing.
          carbon: {},
        },
        { startMs: '3000', endMs: '4000', limitW: '50000', cause: { kind: 'GRID_CAUSE_KIND_RETURN', ...cause } },
        { startMs: '4000', endMs: '5000', limitW: '30000', cause: { kind: 'GRID_CAUSE_KIND_FALLBACK', source: 'dso' } },
        { startMs: '5000', limitW: '60000', cause: { kind: 'GRID_CAUSE_KIND_RETURN', source: 'dso' } },
      ],
    },
  });
  expect(wire(timeline([]))).not.toHaveProperty('timelineSet.circuitId');
});

test('facts of a traced poll bear its place in the trace, others no such header', async () => {
  const records: EventRecord[] = [];
  const append = async (batch: readonly EventRecord[]) => {
    records.push(...batch);
    return [];
  };
  const facts = createGridFacts({ append });
  await facts.publish([timeline([])], '00-here');
  await facts.publish([timeline([])]);
  expect(records.map(({ headers }) => headers[HEADERS.traceparent])).toEqual(['00-here', undefined]);
  expect(records[0]?.headers[HEADERS.eventType]).toBe('TimelineSet');
});

test('the longest timeline with the longest names fits into a record', () => {
  const long = (chars: number): string => 'ￜ'.repeat(chars);
  const cause = {
    source: long(NAME_CHARS_MAX),
    programId: long(ID_CHARS_MAX),
    eventId: long(ID_CHARS_MAX),
    priority: 1,
  };
  const paid = { currency: 'EUR', microPerKwh: 1, source: long(NAME_CHARS_MAX), eventId: long(ID_CHARS_MAX) };
  const segments = Array.from({ length: SEGMENTS_MAX }, (_, n): Segment => {
    return {
      startMs: 1.7e12 + n,
      endMs: 1.7e12 + n + 1,
      limitW: 1e9,
      cause: { kind: 'event', ...cause },
      price: paid,
      carbonMgPerKwh: 1e7,
    };
  });
  expect(recordOf(timeline(segments)).value.length).toBeLessThan(MAX_RECORD_BYTES);
});

test('a source that is lost, and one that was never heard', () => {
  const fact = { kind: 'source', siteId: 's1', source: 'dso', sentence: 'Silence.', atMs: 5 } as const;
  expect(wire({ ...fact, state: 'lost', lastHeardMs: 3 })).toEqual({
    siteId: 's1',
    sourceChanged: { source: 'dso', state: 'SOURCE_STATE_LOST', sentence: 'Silence.', atMs: '5', lastHeardMs: '3' },
  });
  expect(wire({ ...fact, state: 'never-heard' })).not.toHaveProperty('sourceChanged.lastHeardMs');
});

const NOTE: EventNote = {
  ...{ source: 'dso', eventId: 'e1', programId: 'p1', programName: 'limits', eventName: 'evening', priority: 0 },
  ...{ kind: 'set', modifiedAtMs: 3, notedAtMs: 5, sentence: '' },
  periods: [
    { kind: 'limit', startMs: 1, endMs: 2, limitW: 0 },
    { kind: 'level', startMs: 1, endMs: 2, level: 0 },
    { kind: 'price', startMs: 1, currency: 'EUR', microPerKwh: 0 },
  ],
};
const noted = (over: Partial<EventNote> = {}): GridFact => ({ kind: 'note', siteId: 's1', note: { ...NOTE, ...over } });

test('a note lists limits, levels and prices; zero is a value', () => {
  expect(wire(noted())).toMatchObject({
    eventNoted: {
      ...{ eventId: 'e1', programName: 'limits', eventName: 'evening', priority: 0, kind: 'EVENT_NOTE_KIND_SET' },
      periods: [
        { startMs: '1', endMs: '2', limitW: '0' },
        { startMs: '1', endMs: '2', level: 0 },
        { startMs: '1', price: { currency: 'EUR', source: 'dso', eventId: 'e1', priority: 0 } },
      ],
    },
  });
});

test('a note names the circuits that are asked; of the grid connection it names none', () => {
  expect(wire(noted({ circuitIds: ['panel', 'roof'] }))).toMatchObject({
    eventNoted: { circuitIds: ['panel', 'roof'] },
  });
  expect(wire(noted())).not.toHaveProperty('eventNoted.circuitIds');
});

test('the same note again is the same event; two refusals of one instant are two', () => {
  const idOf = (fact: GridFact) => recordOf(fact).headers[HEADERS.eventId];
  expect(idOf(noted({ notedAtMs: 9 }))).toBe(idOf(noted()));
  expect(idOf(noted({ modifiedAtMs: 4 }))).not.toBe(idOf(noted()));
  const refused = (sentence: string) => idOf(noted({ kind: 'refused', eventId: '', sentence }));
  expect(refused('a')).not.toBe(refused('b'));
});

test('the first fact over the size of an append goes into the next one', async () => {
  const appends: (readonly EventRecord[])[] = [];
  const facts = createGridFacts({
    append: async (records) => {
      appends.push(records);
      return [];
    },
  });
  await facts.publish(Array.from({ length: MAX_FACTS_PER_APPEND + 1 }, () => noted()));
  expect(appends.map((records) => records.length)).toEqual([MAX_FACTS_PER_APPEND, 1]);
});

test('a report tells what was asked and drawn; the same report delivered is another event', () => {
  const span = { startMs: 1, endMs: 2, coveredPercent: 0 };
  const report = {
    ...{ source: 'dso', eventId: 'e1', programId: 'p1', eventName: 'evening', before: span, after: span },
    during: [{ ...span, askedW: 0, meanW: 0, peakW: 7, coveredPercent: 90 }],
  };
  const fact = (delivery: 'sent' | 'failed', target: object = {}): GridFact => ({
    ...{ kind: 'report', siteId: 's1', report, delivery, sentence: 'why', atMs: 9 },
    ...target,
  });
  expect(wire(fact('failed'))).toMatchObject({
    eventReported: {
      ...{ source: 'dso', eventId: 'e1', eventName: 'evening', reportedAtMs: '9', sentence: 'why' },
      ...{ before: { startMs: '1', endMs: '2' }, delivery: 'REPORT_DELIVERY_FAILED' },
      during: [{ startMs: '1', endMs: '2', askedW: '0', meanW: '0', peakW: '7', coveredPercent: 90 }],
    },
  });
  const id = (delivery: 'sent' | 'failed') => recordOf(fact(delivery)).headers['event-id'];
  expect([id('sent') === id('sent'), id('sent') === id('failed')]).toEqual([true, false]);
  const ofCircuit = fact('sent', { circuitId: 'panel' });
  expect(wire(ofCircuit)).toMatchObject({ eventReported: { circuitId: 'panel' } });
  expect(recordOf(ofCircuit).headers['event-id']).not.toBe(id('sent'));
});
