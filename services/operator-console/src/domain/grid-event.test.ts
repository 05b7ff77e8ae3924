import { expect, test } from '@jest/globals';
import {
  askedAt,
  type AskedPeriod,
  CIRCUITS_KEPT_MAX,
  endOf,
  type EventNote,
  type EventReport,
  noted,
  PERIODS_KEPT_MAX,
  reported,
  startOf,
  stateOf,
} from './grid-event.ts';

const limit = (startMs: number, endMs: number | undefined, limitW: number): AskedPeriod => ({
  startMs,
  ...(endMs === undefined ? {} : { endMs }),
  asked: { kind: 'limit', limitW },
});
const note = (part: Partial<EventNote> = {}): EventNote => ({
  ...{ kind: 'set', source: 'dso', eventId: 'e-1', eventName: 'Peak', programName: 'Limits' },
  ...{ notedAtMs: 0, periods: [limit(100, 200, 50)], sentence: '' },
  ...part,
});
const REPORT: EventReport = {
  ...{ source: 'dso', eventId: 'e-1', eventName: 'Peak', reportedAtMs: 500, delivery: 'sent', sentence: '' },
  during: [{ startMs: 100, endMs: 200, askedW: 50, meanW: 49, coveredPercent: 100 }],
};

test.each([
  [99, 'scheduled'],
  [100, 'active'],
  [199, 'active'],
  [200, 'completed'],
] as const)('at %d an event from 100 to 200 is %s', (nowMs, state) => {
  expect(stateOf(noted(undefined, note()), nowMs)).toBe(state);
});

test('an open event stays active, and has no end', () => {
  const event = noted(undefined, note({ periods: [limit(100, undefined, 50)] }));
  expect([stateOf(event, 1e12), endOf(event)]).toEqual(['active', undefined]);
});

test('the same note taken again changes nothing, an older one neither', () => {
  const event = noted(undefined, note({ notedAtMs: 10 }));
  expect(noted(event, note({ notedAtMs: 10 }))).toEqual(event);
  expect(noted(event, note({ notedAtMs: 9, kind: 'cancelled' }))).toBe(event);
});

test('a repetition lists only what is not over: the steps that are over stay', () => {
  const two = [limit(100, 200, 50), limit(200, 300, 40)];
  const event = noted(undefined, note({ periods: two }));
  const again = noted(event, note({ notedAtMs: 250, periods: [limit(200, 300, 40)] }));
  expect(again.periods).toEqual(two);
  expect(startOf(again)).toBe(100);
});

test('a new version that moves an event which holds ends what held there, and forgets what was to come', () => {
  const event = noted(undefined, note({ periods: [limit(100, 200, 50), limit(200, 300, 40)] }));
  const moved = noted(event, note({ notedAtMs: 150, periods: [limit(400, 500, 30)] }));
  expect(moved.periods).toEqual([limit(100, 150, 50), limit(400, 500, 30)]);
});

test('what was asked of an event that is taken back can still be read', () => {
  const event = noted(noted(undefined, note()), note({ kind: 'cancelled', notedAtMs: 50, periods: [] }));
  expect([stateOf(event, 150), event.periods]).toEqual(['cancelled', [limit(100, 200, 50)]]);
});

test('a version that cannot be read does not end what was known; the reason stands beside it until a sound one comes', () => {
  const event = noted(
    noted(undefined, note()),
    note({ kind: 'refused', notedAtMs: 120, sentence: 'NaN', periods: [] }),
  );
  expect([stateOf(event, 150), event.refusal]).toEqual(['active', { sentence: 'NaN', atMs: 120 }]);
  expect(noted(event, note({ notedAtMs: 130 })).refusal).toBeUndefined();
});

test.each(['refused', 'unrouted'] as const)('an event that was never sound (%s) is refused, with why', (kind) => {
  const event = noted(undefined, note({ kind, periods: [], sentence: 'below zero' }));
  expect([stateOf(event, 150), event.sentence]).toEqual(['refused', 'below zero']);
});

test('periods are bounded: of one more than are kept the first goes', () => {
  const many = Array.from({ length: PERIODS_KEPT_MAX + 1 }, (_, n) => limit(n * 10, n * 10 + 10, n));
  const { periods } = noted(undefined, note({ periods: many }));
  expect([periods.length, periods[0]?.startMs]).toEqual([PERIODS_KEPT_MAX, 10]);
});

test('a report stands on its event, a later one replaces it, an earlier one does not', () => {
  const event = reported(noted(undefined, note()), REPORT);
  expect(event.reports).toEqual([REPORT]);
  expect(reported(event, { ...REPORT, reportedAtMs: 499, delivery: 'failed' }).reports?.[0]?.delivery).toBe('sent');
  expect(reported(event, { ...REPORT, reportedAtMs: 501, delivery: 'failed' }).reports).toEqual([
    { ...REPORT, reportedAtMs: 501, delivery: 'failed' },
  ]);
});

test('a report of an event that nobody noted tells what was asked', () => {
  expect(reported(undefined, REPORT)).toMatchObject({ kind: 'set', periods: [limit(100, 200, 50)], firstNotedMs: 500 });
});

test('what is asked: first of what is to come, now of what holds, last of what is over', () => {
  const event = noted(undefined, note({ periods: [limit(100, 200, 50), limit(300, 400, 40)] }));
  const at = (nowMs: number) => askedAt(event, nowMs);
  expect([at(0), at(150), at(250), at(350), at(900)]).toEqual(
    [50, 50, 40, 40, 40].map((limitW) => ({ kind: 'limit', limitW })),
  );
});

test('the circuits that are asked are those of the newest sound note', () => {
  const ofCircuit = noted(undefined, note({ circuitIds: ['a'] }));
  expect(ofCircuit.circuitIds).toEqual(['a']);
  expect(noted(ofCircuit, note({ kind: 'refused', notedAtMs: 1, sentence: 'Why.' })).circuitIds).toEqual(['a']);
  expect(noted(ofCircuit, note({ notedAtMs: 2 }))).not.toHaveProperty('circuitIds');
});

test('an event for several places has the newest report of each, of the site first, then of circuits by id; the first over the bound is left out', () => {
  const reportOf = (circuitId: string | undefined, reportedAtMs: number): EventReport => ({
    ...{ ...REPORT, reportedAtMs },
    ...(circuitId === undefined ? {} : { circuitId }),
  });
  const inTurn = (...reports: readonly EventReport[]) =>
    reports
      .reduce(reported, noted(undefined, note()))
      .reports?.map(({ circuitId, reportedAtMs }) => [circuitId, reportedAtMs]);
  expect(inTurn(reportOf('b', 1), reportOf('a', 2), reportOf('b', 3), reportOf(undefined, 4))).toEqual([
    [undefined, 4],
    ['a', 2],
    ['b', 3],
  ]);
  expect(inTurn(reportOf('a', 3), reportOf('b', 1), reportOf('a', 2))).toEqual([
    ['a', 3],
    ['b', 1],
  ]);
  const many = Array.from({ length: CIRCUITS_KEPT_MAX + 1 }, (_, n) => reportOf(`c-${100 + n}`, 1));
  const kept = inTurn(reportOf(undefined, 1), ...many);
  expect([kept?.length, kept?.at(-1)]).toEqual([CIRCUITS_KEPT_MAX + 1, [`c-${100 + CIRCUITS_KEPT_MAX - 1}`, 1]]);
});

test('a report of a circuit that nobody noted names it', () => {
  expect(reported(undefined, { ...REPORT, circuitId: 'a' }).circuitIds).toEqual(['a']);
  expect(reported(undefined, REPORT)).not.toHaveProperty('circuitIds');
});
