import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVENTS_MAX, FORGET_AFTER_MS, GONE_EVENTS_MAX, HELD_PERIODS_MAX, PERIODS_MAX } from './bounds.ts';
import type { GridEvent } from './grid-event.ts';
import { periodsOf } from './known-event.ts';
import { type KnownEvents, NOTHING_KNOWN, reconcile, type Reconciliation } from './reconcile.ts';
import { accepted, event, HOUR_MS, type Json, limit, price, utc } from './test-support/events.ts';
import { anyEvent, NOON_MS } from './test-support/random-events.ts';

/** Draws 0, 1, 2 ...: whoever draws again is seen. */
const counting = (first = 0) => {
  let next = first;
  return () => {
    next += 1;
    return next - 1;
  };
};

const at = (
  known: KnownEvents,
  atMs: number,
  events: readonly GridEvent[],
  unsure: readonly string[] = [],
): Reconciliation => reconcile(known, { events, unsure }, { atMs, draw: counting(atMs === NOON_MS ? 0 : 500) });

const version = (hour: number, over: Json = {}): GridEvent =>
  accepted(event({ modificationDateTime: `2026-03-01T${String(hour).padStart(2, '0')}:00:00Z`, ...over }));
const kinds = ({ changes }: Reconciliation): string[] => changes.map(({ kind }) => kind);
const only = ({ events }: KnownEvents) => {
  const [first] = events;
  if (first === undefined) throw new Error('nothing is known');
  return first;
};

test('a new event is set, the same list again changes nothing', () => {
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8)]);
  expect(first.changes).toEqual([{ kind: 'set', atMs: NOON_MS, event: version(8) }]);
  const again = at(first.state, NOON_MS + 1, [version(8)]);
  expect(again).toEqual({ state: first.state, changes: [], refusedIds: [] });
});

test('DR-W1: a newer version replaces, an older one is stale', () => {
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8)]).state;
  const second = at(first, NOON_MS + 1, [version(9, { intervals: [limit(0, 40)] })]);
  expect(kinds(second)).toEqual(['set']);
  expect(only(second.state).event.intervals[0]?.payloads).toEqual([{ kind: 'limit', limitW: 40_000 }]);
  expect(at(second.state, NOON_MS + 2, [version(8)])).toEqual({ state: second.state, changes: [], refusedIds: [] });
});

test('DR-T10, DR-A6: the random offset is drawn once and kept over modifications', () => {
  const randomized = { intervalPeriod: { start: '2026-03-01T18:00:00Z', duration: 'PT1H', randomizeStart: 'PT10M' } };
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8, randomized)]).state;
  const second = at(first, NOON_MS + 1, [version(9, { ...randomized, intervals: [limit(0, 40)] })]).state;
  const starts = [first, second].map((state) => periodsOf(only(state), NOON_MS)[0]?.startMs);
  expect(starts[0]).toBe(starts[1]);
  expect(only(second)).toMatchObject({ startDrawPpm: 0, restoreDrawPpm: 1 });
});

test('a missing event is cancelled once; a cut of what held stays, so that the return begins there', () => {
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8)]).state;
  const cancelled = at(first, NOON_MS + HOUR_MS / 2, []);
  expect(cancelled.changes).toEqual([
    { kind: 'cancelled', atMs: NOON_MS + HOUR_MS / 2, eventId: 'e1', programId: 'p1' },
  ]);
  expect(periodsOf(only(cancelled.state), NOON_MS)).toEqual([
    { kind: 'limit', limitW: 50_000, startMs: NOON_MS, endMs: NOON_MS + HOUR_MS / 2 },
  ]);
  expect(at(cancelled.state, NOON_MS + HOUR_MS, []).changes).toEqual([]);
});

test('DR-T11: an event that was over leaves the list without a cancellation', () => {
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8)]).state;
  expect(at(first, NOON_MS + 2 * HOUR_MS, []).changes).toEqual([]);
});

test('DR-N3: an event that is listed but cannot be read, or whose absence is not confirmed, stays as it was', () => {
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8)]).state;
  expect(at(first, NOON_MS + 1, [], ['e1'])).toEqual({ state: first, changes: [], refusedIds: [] });
});

test('DR-T12: a version that says "now, PT0S" cancels; the stale version beside it does not bring the event back', () => {
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8)]).state;
  const cancel = version(9, { intervalPeriod: { start: '0001-01-01', duration: 'PT0S' } });
  const cancelled = at(first, NOON_MS + 1, [cancel, version(8)]);
  expect(kinds(cancelled)).toEqual(['cancelled']);
  expect(at(cancelled.state, NOON_MS + 2, [cancel]).changes).toEqual([]);
  expect(at(cancelled.state, NOON_MS + 2, [version(8)]).changes).toEqual([]);
  // Nor does a version of the same instant as the cancellation.
  expect(at(cancelled.state, NOON_MS + 2, [version(9)]).changes).toEqual([]);
  expect(kinds(at(cancelled.state, NOON_MS + 2, [version(10)]))).toEqual(['set']);
});

test('an event that a page had left out comes back with its draws', () => {
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8)]).state;
  const away = at(first, NOON_MS + 1_000, []).state;
  const back = at(away, NOON_MS + 2_000, [version(8)]);
  expect(kinds(back)).toEqual(['set']);
  expect(only(back.state)).toMatchObject({ startDrawPpm: 0, restoreDrawPpm: 1, firstSeenMs: NOON_MS });
});

test('DR-T4: "now" does not begin again by a modification, but does when it is said after all was over', () => {
  const now = { intervalPeriod: { start: '0001-01-01', duration: 'PT1H' } };
  const first = at(NOTHING_KNOWN, NOON_MS, [version(8, now)]).state;
  const lower = { ...now, intervals: [limit(0, 40)] };
  const modified = at(first, NOON_MS + HOUR_MS / 2, [version(9, lower)]).state;
  expect(periodsOf(only(modified), NOON_MS).at(-1)?.endMs).toBe(NOON_MS + HOUR_MS);
  const renewed = at(modified, NOON_MS + 5 * HOUR_MS, [version(10, lower)]).state;
  expect(periodsOf(only(renewed), NOON_MS).at(-1)?.endMs).toBe(NOON_MS + 6 * HOUR_MS);
});

test('DR-T4: "now" begins when it is said first, though the event is older, and anew after a cancellation', () => {
  const now = { intervalPeriod: { start: '0001-01-01', duration: 'PT1H' } };
  const later = at(NOTHING_KNOWN, NOON_MS, [
    version(8, { intervalPeriod: { start: '2026-03-02T12:00:00Z', duration: 'PT1H' } }),
  ]).state;
  const brought = at(later, NOON_MS + 2 * HOUR_MS, [version(9, now)]).state;
  expect(periodsOf(only(brought), NOON_MS).at(-1)?.endMs).toBe(NOON_MS + 3 * HOUR_MS);
  const away = at(brought, NOON_MS + 2 * HOUR_MS + 1_000, []).state;
  const anew = at(away, NOON_MS + 2 * HOUR_MS + 2_000, [version(10, now)]).state;
  expect(periodsOf(only(anew), NOON_MS).at(-1)?.endMs).toBe(NOON_MS + 3 * HOUR_MS + 2_000);
});

test('an event that is cancelled in the instant of its start has held nothing', () => {
  const first = at(NOTHING_KNOWN, NOON_MS - 1, [version(8)]).state;
  expect(only(at(first, NOON_MS, []).state).held).toEqual([]);
});

test('what held is kept once, however many versions say it', () => {
  let { state } = at(NOTHING_KNOWN, NOON_MS, [version(8)]);
  for (const hour of [9, 10, 11]) state = at(state, NOON_MS + hour * HOUR_MS, [version(hour)]).state;
  expect(only(state).held).toEqual([{ kind: 'limit', limitW: 50_000, startMs: NOON_MS, endMs: NOON_MS + HOUR_MS }]);
});

test(`${EVENTS_MAX} events are kept, one more is refused by its id, and those that are known keep their place`, () => {
  const many = Array.from({ length: EVENTS_MAX }, (_, i) => version(8, { id: `m${String(i).padStart(4, '0')}` }));
  const full = at(NOTHING_KNOWN, NOON_MS, many);
  expect(full.refusedIds).toEqual([]);
  const over = at(full.state, NOON_MS, [version(8, { id: 'a' }), ...many]);
  expect(over).toEqual({ state: full.state, changes: [], refusedIds: ['a'] });
});

/** Four events of as many values fill the room to the last. */
const values = (id: string, count: number, hour = 8): GridEvent =>
  version(hour, {
    id,
    intervals: Array.from({ length: count / 100 }, (_, i) =>
      price(
        i,
        Array.from({ length: 100 }, () => 1),
      ),
    ),
  });

test(`${PERIODS_MAX} periods are kept over all events; the event that would go over is refused, and what was known of it stays`, () => {
  const full = ['a', 'b', 'c', 'd'].map((id) => values(id, PERIODS_MAX / 4));
  const first = at(NOTHING_KNOWN, NOON_MS, [...full, version(8)]);
  expect(first.refusedIds).toEqual(['e1']);
  expect(first.state.events).toHaveLength(4);
  const smaller = at(first.state, NOON_MS, [values('a', 100, 9), ...full.slice(1), version(8)]);
  expect(smaller.refusedIds).toEqual([]);
  expect(smaller.state.events).toHaveLength(5);
  const tooLarge = at(smaller.state, NOON_MS, [values('a', PERIODS_MAX / 4, 10), ...full.slice(1), version(8)]);
  expect(tooLarge).toEqual({ state: smaller.state, changes: [], refusedIds: ['a'] });
});

test('what shrinks makes room first: an event that grows is taken at once, and the same list again changes nothing', () => {
  const ids = ['b', 'c', 'd', 'e'];
  const first = at(NOTHING_KNOWN, NOON_MS, [
    values('a', 100),
    ...ids.slice(1).map((id) => values(id, PERIODS_MAX / 4)),
  ]).state;
  const list = [
    values('a', PERIODS_MAX / 4, 9),
    values('b', PERIODS_MAX / 4),
    values('c', PERIODS_MAX / 4),
    values('d', PERIODS_MAX / 4),
  ];
  const second = at(first, NOON_MS, list);
  expect(second.refusedIds).toEqual([]);
  expect(at(second.state, NOON_MS, list)).toEqual({ state: second.state, changes: [], refusedIds: [] });
});

test(`${GONE_EVENTS_MAX} events that are gone are remembered at most, and each for a day`, () => {
  const batch = (name: string) => Array.from({ length: EVENTS_MAX }, (_, i) => version(8, { id: `${name}${i}` }));
  const first = at(NOTHING_KNOWN, NOON_MS, batch('x')).state;
  const second = at(first, NOON_MS + 1, batch('y')).state;
  const third = at(second, NOON_MS + 2, []).state;
  expect(second.events).toHaveLength(EVENTS_MAX + EVENTS_MAX);
  expect(third.events).toHaveLength(GONE_EVENTS_MAX);
  expect(third.events.every((each) => each.event.eventId.startsWith('y'))).toBe(true);
  expect(at(third, NOON_MS + 2 + FORGET_AFTER_MS, []).state.events).toHaveLength(GONE_EVENTS_MAX);
  expect(at(third, NOON_MS + 3 + FORGET_AFTER_MS, []).state.events).toEqual([]);
});

test(`of earlier versions ${HELD_PERIODS_MAX} periods are kept, the latest`, () => {
  let state = at(NOTHING_KNOWN, NOON_MS, [version(8)]).state;
  for (let i = 1; i <= 30; i += 1) {
    const modificationDateTime = new Date(utc('2026-03-01T09:00:00Z') + i).toISOString();
    state = at(state, NOON_MS + i * 1_000, [version(8, { modificationDateTime, intervals: [limit(0, i)] })]).state;
  }
  const { held } = only(state);
  expect(held).toHaveLength(HELD_PERIODS_MAX);
  expect(held.at(-1)).toMatchObject({ limitW: 29_000, endMs: NOON_MS + 30_000 });
});

const lists = fc.array(fc.tuple(fc.array(anyEvent, { maxLength: 6 }), fc.integer({ min: 0, max: 4 * HOUR_MS })), {
  maxLength: 4,
});

function fold(steps: readonly (readonly [readonly GridEvent[], number])[]): Reconciliation {
  let result: Reconciliation = { state: NOTHING_KNOWN, changes: [], refusedIds: [] };
  let atMs = NOON_MS;
  for (const [events, laterMs] of steps) {
    atMs += laterMs;
    result = at(result.state, atMs, events);
  }
  return result;
}

test('any list after any others: taken again it changes nothing, however it is ordered and repeated', () => {
  fc.assert(
    fc.property(lists, fc.array(anyEvent, { maxLength: 6 }), fc.nat(), (steps, events, turn) => {
      const before = fold(steps).state;
      const once = at(before, NOON_MS + 20 * HOUR_MS, events);
      const again = at(once.state, NOON_MS + 20 * HOUR_MS, events);
      expect(again).toEqual({ state: once.state, changes: [], refusedIds: [] });
      const by = events.length === 0 ? 0 : turn % events.length;
      const turned = [...events.slice(by), ...events.slice(0, by)].toReversed();
      expect(at(before, NOON_MS + 20 * HOUR_MS, [...turned, ...events])).toEqual(once);
    }),
  );
});

test('DR-D4: what is known survives JSON, and goes on the same', () => {
  fc.assert(
    fc.property(lists, fc.array(anyEvent, { maxLength: 6 }), (steps, events) => {
      const { state, changes } = fold(steps);
      const restored: KnownEvents = JSON.parse(JSON.stringify(state));
      expect(restored).toEqual(state);
      expect(JSON.parse(JSON.stringify(changes))).toEqual(changes);
      expect(at(restored, NOON_MS + 20 * HOUR_MS, events)).toEqual(at(state, NOON_MS + 20 * HOUR_MS, events));
    }),
  );
});

test('nothing is live that the last list did not name, whatever was known', () => {
  fc.assert(
    fc.property(lists, (steps) => {
      const { state } = fold(steps);
      const listed = new Set((steps.at(-1)?.[0] ?? []).map(({ eventId }) => eventId));
      for (const { event, goneAtMs } of state.events)
        if (goneAtMs === undefined) expect(listed).toContain(event.eventId);
    }),
  );
});
