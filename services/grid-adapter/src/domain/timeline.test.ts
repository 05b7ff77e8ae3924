import { expect, test } from '@jest/globals';
import { RAMP_STEPS_MAX, RAMPS_PER_SIGNAL_MAX } from './bounds.ts';
import { signalsOf } from './grid-signal.ts';
import { reconcile } from './reconcile.ts';
import type { Segment } from './timeline.ts';
import { event, HOUR_MS, interval, level, limit, payload, price } from './test-support/events.ts';
import { NOON_MS } from './test-support/random-events.ts';
import { GENTLE, holds, known, MINUTE_MS, OWN_W, ROUTING, signals, SITE, timeline } from './test-support/timelines.ts';

/** Minutes from noon, kW, and why: `0..60 50 event e1`. */
const lines = (segments: readonly Segment[]): string[] =>
  segments.map(({ startMs, endMs, limitW, cause, price: paid }) => {
    const minutes = (ms: number): number => (ms - NOON_MS) / MINUTE_MS;
    const why = cause.kind === 'own' ? 'own' : `${cause.kind} ${cause.eventId}`;
    const pays = paid === undefined ? '' : ` at ${paid.microPerKwh / 1e6} by ${paid.eventId}`;
    return `${minutes(startMs)}..${endMs === undefined ? '' : minutes(endMs)} ${limitW / 1e3} ${why}${pays}`;
  });

test('DR-E1: a limit holds from its start, and no longer at its end', () => {
  const segments = timeline(signals([event()]));
  expect(lines(segments)).toEqual(['-60..0 100 own', '0..60 50 event e1', '60.. 100 own']);
  expect(holds(segments, NOON_MS - 1).limitW).toBe(OWN_W);
  expect(holds(segments, NOON_MS).limitW).toBe(50_000);
  expect(holds(segments, NOON_MS + HOUR_MS - 1).limitW).toBe(50_000);
  expect(holds(segments, NOON_MS + HOUR_MS).limitW).toBe(OWN_W);
});

test.each(['e1', 'e3'])(
  'DR-E10: of several limits the lowest holds, whatever their priority and their ids: %s',
  (id) => {
    const other = event({
      id: 'e2',
      priority: 0,
      intervalPeriod: { start: '2026-03-01T12:30:00Z', duration: 'PT1H' },
      intervals: [limit(0, 70)],
    });
    expect(lines(timeline(signals([event({ id }), other])))).toEqual([
      '-60..0 100 own',
      `0..60 50 event ${id}`,
      '60..90 70 event e2',
      '90.. 100 own',
    ]);
  },
);

test('DR-E4: levels become limits by the table; level 0 lowers nothing', () => {
  const json = event({ intervals: [level(0, 1), level(1, 3), level(2, 2), level(3, 0)] });
  expect(lines(timeline(signals([json])))).toEqual([
    '-60..0 100 own',
    '0..60 70 event e1',
    '60..120 0 event e1',
    '120..180 40 event e1',
    '180.. 100 own',
  ]);
});

test('DR-E5, DR-N15: of prices the highest priority speaks, a price limits nothing, and none is not zero', () => {
  const day = event({ id: 'day', intervals: [price(0, [0.3], { duration: 'PT3H' })] });
  const peak = event({
    id: 'peak',
    priority: 0,
    intervalPeriod: { start: '2026-03-01T13:00:00Z', duration: 'PT1H' },
    intervals: [price(0, [-0.1])],
  });
  expect(lines(timeline(signals([day, peak])))).toEqual([
    '-60..0 100 own',
    '0..60 100 own at 0.3 by day',
    '60..120 100 own at -0.1 by peak',
    '120..180 100 own at 0.3 by day',
    '180.. 100 own',
  ]);
});

test('DR-E5, DR-N15, DR-T7: what a kWh emits limits nothing and stands beside the price; the highest priority speaks', () => {
  const day = event({
    id: 'day',
    intervals: [interval(0, [payload('GHG', 400, 300, 300)], { duration: 'PT3H' })],
  });
  const noon = event({
    ...{ id: 'noon', priority: 0, intervalPeriod: { start: '2026-03-01T12:30:00Z', duration: 'PT1H' } },
    intervals: [interval(0, [payload('GHG', 20), payload('PRICE', 0.1)])],
  });
  const segments = timeline(signals([day, noon]));
  expect(segments.every(({ limitW }) => limitW === OWN_W)).toBe(true);
  expect(
    segments.map(({ startMs, carbonMgPerKwh, price: paid }) => [
      (startMs - NOON_MS) / MINUTE_MS,
      carbonMgPerKwh,
      paid?.microPerKwh,
    ]),
  ).toEqual([
    [-60, undefined, undefined],
    [0, 400_000, undefined],
    [30, 20_000, 100_000],
    [90, 300_000, undefined],
    [180, undefined, undefined],
  ]);
});

test('DR-N15: of two prices of one priority the newer word counts, whatever their ids', () => {
  const newer = { modificationDateTime: '2026-03-01T09:00:00Z' };
  for (const [a, b] of [
    [newer, {}],
    [{}, newer],
  ]) {
    const events = [
      event({ id: 'a', ...a, intervals: [price(0, [1])] }),
      event({ id: 'b', ...b, intervals: [price(0, [2])] }),
    ];
    expect(holds(timeline(signals(events)), NOON_MS).price?.eventId).toBe(a === newer ? 'a' : 'b');
  }
});

test('A28: a limit above the own of the site changes nothing', () => {
  expect(lines(timeline(signals([event({ intervals: [limit(0, 500)] })])))).toEqual(['-60.. 100 own']);
});

test('DR-T6: a limit without end has none', () => {
  const json = event({ intervals: [limit(0, 50, { duration: 'P9999Y' })] });
  expect(lines(timeline(signals([json]), GENTLE))).toEqual(['-60..0 100 own', '0.. 50 event e1']);
});

test('DR-E22: after its end a limit stands for the drawn delay, then rises in steps, and the last is the own of the site', () => {
  expect(lines(timeline(signals([event()], 500_000), GENTLE))).toEqual([
    '-60..0 100 own',
    '0..60 50 event e1',
    '60..65 50 restore e1',
    '65..66 60 restore e1',
    '66..67 70 restore e1',
    '67..68 80 restore e1',
    '68..69 90 restore e1',
    '69.. 100 own',
  ]);
});

test('DR-E22: between values of one event there is no return, before a gap in it there is', () => {
  const json = event({
    intervals: [limit(0, 20), limit(1, 70), limit(2, 40, { start: '2026-03-01T15:00:00Z' })],
  });
  expect(lines(timeline(signals([json]), { maxDelayMs: 0, rampMs: MINUTE_MS, stepMs: MINUTE_MS }))).toEqual([
    '-60..0 100 own',
    '0..60 20 event e1',
    '60..120 70 event e1',
    '120..121 85 restore e1',
    '121..180 100 own',
    '180..240 40 event e1',
    '240..241 70 restore e1',
    '241.. 100 own',
  ]);
});

test('DR-E22: a level that goes back to 0 has ended, and is returned from', () => {
  const json = event({ intervals: [level(0, 3), level(1, 0)] });
  expect(lines(timeline(signals([json]), { maxDelayMs: 0, rampMs: MINUTE_MS, stepMs: MINUTE_MS }))).toEqual([
    '-60..0 100 own',
    '0..60 0 event e1',
    '60..61 50 restore e1',
    '61.. 100 own',
  ]);
});

test('DR-E22: where two values of an event end together, the return begins at the lower', () => {
  const json = event({
    intervals: [limit(0, 20, { duration: 'PT2H' }), limit(1, 40, { start: '2026-03-01T13:00:00Z' })],
  });
  const segments = timeline(signals([json]), { maxDelayMs: 0, rampMs: MINUTE_MS, stepMs: MINUTE_MS });
  expect(holds(segments, NOON_MS + 2 * HOUR_MS).limitW).toBe(60_000);
});

test(`behind the next ${RAMPS_PER_SIGNAL_MAX} ends of a signal the limit stands until the ramp would be over`, () => {
  const starts = Array.from({ length: RAMPS_PER_SIGNAL_MAX + 1 }, (_, i) =>
    new Date(NOON_MS + 2 * i * HOUR_MS).toISOString(),
  );
  const list = signals([event({ intervals: starts.map((start, id) => limit(id, 50, { start })) })]);
  const restore = { maxDelayMs: 0, rampMs: 2 * MINUTE_MS, stepMs: MINUTE_MS };
  const ramps = (fromMs: number): string[] =>
    lines(timeline(list, restore, fromMs)).filter((line) => line.includes('restore'));
  expect(ramps(NOON_MS)).toHaveLength(2 * RAMPS_PER_SIGNAL_MAX + 1);
  const last = 60 + 120 * RAMPS_PER_SIGNAL_MAX;
  expect(ramps(NOON_MS).at(-1)).toBe(`${last}..${last + 2} 50 restore e1`);
  // As time goes on, the last end becomes one of the next.
  expect(ramps(NOON_MS + 2 * HOUR_MS)).toHaveLength(2 * RAMPS_PER_SIGNAL_MAX);
});

test('DR-E22: a cancelled event returns by delay and ramp from the instant of its cancellation', () => {
  const before = known([event()]);
  const { state } = reconcile(
    { events: before },
    { events: [], unsure: [] },
    { atMs: NOON_MS + 30 * MINUTE_MS, draw: () => 0 },
  );
  const list = signalsOf(state.events, ROUTING, NOON_MS + 31 * MINUTE_MS).signals;
  expect(lines(timeline(list, { maxDelayMs: 0, rampMs: 2 * MINUTE_MS, stepMs: MINUTE_MS }, NOON_MS))).toEqual([
    '0..30 50 event e1',
    '30..31 66.666 restore e1',
    '31..32 83.333 restore e1',
    '32.. 100 own',
  ]);
});

test(`a ramp has at most ${RAMP_STEPS_MAX} steps, however fine it is asked for`, () => {
  const segments = timeline(signals([event()]), { maxDelayMs: 0, rampMs: 20_000, stepMs: 1 });
  expect(segments.filter(({ cause }) => cause.kind === 'restore')).toHaveLength(RAMP_STEPS_MAX);
});

test('signals go to the site or circuit that their targets name; an event for others is told and not acted on', () => {
  const circuit = { siteId: 's1', circuitId: 'north' };
  const targets = new Map([
    ['ean-1', [SITE]],
    ['ean-2', [circuit, SITE]],
  ]);
  const events = known([
    event({ id: 'a', targets: ['ean-1', 'ean-2'] }),
    event({ id: 'b', targets: ['elsewhere'] }),
    event({ id: 'c' }),
  ]);
  const routed = signalsOf(events, { source: 'vtn', targets, untargeted: [{ siteId: 's2' }] }, NOON_MS);
  expect(routed.signals.map(({ eventId, target }) => [eventId, target])).toEqual([
    ['a', circuit],
    ['a', SITE],
    ['c', { siteId: 's2' }],
  ]);
  expect(routed.unroutedIds).toEqual(['b']);
  expect(JSON.parse(JSON.stringify(routed.signals))).toEqual(routed.signals);
});
