import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RAMPS_PER_SIGNAL_MAX } from './bounds.ts';
import { type GridSignal, signalsOf } from './grid-signal.ts';
import { endOf, type Period, spanOf } from './period.ts';
import { NOTHING_KNOWN, reconcile } from './reconcile.ts';
import { HOUR_MS } from './test-support/events.ts';
import { anyEvent, NOON_MS } from './test-support/random-events.ts';
import { AT_ONCE, GENTLE, holds, MINUTE_MS, OWN_W, ROUTING, SITE, timeline } from './test-support/timelines.ts';

const SECOND_MS = 1_000;
/** Whole seconds around noon: edges of periods meet. */
const anyPeriod = fc
  .tuple(fc.integer({ min: -600, max: 600 }), fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }))
  .map(([start, length]) => {
    const startMs = NOON_MS + start * SECOND_MS;
    return spanOf(startMs, length === undefined ? Number.POSITIVE_INFINITY : startMs + length * SECOND_MS);
  });
const head = fc.record({
  source: fc.constantFrom('v', 'w'),
  programId: fc.constant('p'),
  eventId: fc.constantFrom('a', 'b', 'c', 'd'),
  modifiedAtMs: fc.nat(3),
  priority: fc.nat(2),
  target: fc.constant(SITE),
  restoreDrawPpm: fc.nat(999_999),
});
/** Not more parts than have a ramp each: a timeline that begins later would have ramps where the earlier one is coarse. */
const list = <T>(value: fc.Arbitrary<T>) => fc.array(fc.tuple(anyPeriod, value), { maxLength: RAMPS_PER_SIGNAL_MAX });
const anySignal: fc.Arbitrary<GridSignal> = fc.oneof(
  fc.tuple(head, list(fc.nat(200_000))).map(
    ([rest, periods]): GridSignal => ({
      ...rest,
      kind: 'limit',
      periods: periods.map(([span, limitW]) => ({ ...span, kind: 'limit', limitW })),
    }),
  ),
  fc.tuple(head, list(fc.nat(3))).map(
    ([rest, periods]): GridSignal => ({
      ...rest,
      kind: 'level',
      periods: periods.map(([span, each]) => ({ ...span, kind: 'level', level: each })),
    }),
  ),
  fc.tuple(head, list(fc.integer({ min: -9, max: 9 }))).map(
    ([rest, periods]): GridSignal => ({
      ...rest,
      kind: 'price',
      periods: periods.map(([span, microPerKwh]) => ({ ...span, kind: 'price', currency: 'EUR', microPerKwh })),
    }),
  ),
);
const anySignalOrCarbon = fc.oneof(
  { weight: 3, arbitrary: anySignal },
  {
    weight: 1,
    arbitrary: fc.tuple(head, list(fc.nat(9))).map(
      ([rest, periods]): GridSignal => ({
        ...rest,
        kind: 'carbon',
        periods: periods.map(([span, mgPerKwh]) => ({ ...span, kind: 'carbon', mgPerKwh })),
      }),
    ),
  },
);
const anySignals = fc.array(anySignalOrCarbon, { maxLength: 6 });
const anyRestore = fc.record({
  maxDelayMs: fc.nat(120_000),
  rampMs: fc.nat(120_000),
  stepMs: fc.integer({ min: 1, max: 30_000 }),
});
const instants = fc.array(
  fc.integer({ min: -700, max: 1_400 }).map((second) => NOON_MS + second * SECOND_MS),
  { minLength: 15, maxLength: 15 },
);
const FROM_MS = NOON_MS - 700 * SECOND_MS;

const holdsAt = (period: Period, atMs: number): boolean => period.startMs <= atMs && atMs < endOf(period);
/** The lowest of all that holds, looked up one by one. */
const naiveLimit = (all: readonly GridSignal[], atMs: number): number =>
  Math.min(
    OWN_W,
    ...all.flatMap(({ periods }): readonly number[] =>
      periods
        .filter((period: Period) => holdsAt(period, atMs))
        .map((period: Period) =>
          period.kind === 'limit'
            ? period.limitW
            : period.kind === 'level'
              ? ([1, 0.7, 0.4, 0][period.level] ?? 0) * OWN_W
              : OWN_W,
        ),
    ),
  );

test('without a return the limit at every instant is the lowest that holds, and the price that of the highest priority', () => {
  fc.assert(
    fc.property(anySignals, instants, (all, times) => {
      const segments = timeline(all, AT_ONCE, FROM_MS);
      for (const atMs of times) {
        const { limitW, price: paid } = holds(segments, atMs);
        expect(limitW).toBe(naiveLimit(all, atMs));
        const offers = all.filter(
          ({ kind, periods }) => kind === 'price' && periods.some((each: Period) => holdsAt(each, atMs)),
        );
        const first = Math.min(...offers.map(({ priority }) => priority ?? Number.POSITIVE_INFINITY));
        const rightful = offers.filter(({ priority }) => priority === first).map(({ eventId }) => eventId);
        if (paid === undefined) expect(offers).toEqual([]);
        else expect(rightful).toContain(paid.eventId);
      }
    }),
  );
});

test('A28: no segment is above the own limit of the site or below zero; they cover all time from the start, and neighbours differ', () => {
  fc.assert(
    fc.property(anySignals, anyRestore, (all, restore) => {
      const segments = timeline(all, restore, FROM_MS);
      expect(segments[0]?.startMs).toBe(FROM_MS);
      expect(segments.at(-1)).not.toHaveProperty('endMs');
      for (const [index, { startMs, endMs, limitW, cause, price: paid, carbonMgPerKwh }] of segments.entries()) {
        expect(Number.isSafeInteger(limitW) && limitW >= 0 && limitW <= OWN_W).toBe(true);
        const next = segments[index + 1];
        expect(endMs).toBe(next?.startMs);
        expect(startMs).toBeLessThan(endMs ?? Number.POSITIVE_INFINITY);
        if (next !== undefined)
          expect([limitW, cause, paid, carbonMgPerKwh]).not.toEqual([
            next.limitW,
            next.cause,
            next.price,
            next.carbonMgPerKwh,
          ]);
      }
    }),
  );
});

test('DR-E22: a return never allows more than what holds anyway, and one more signal never raises anything', () => {
  fc.assert(
    fc.property(anySignals, anySignal, anyRestore, instants, (all, more, restore, times) => {
      const sudden = timeline(all, AT_ONCE, FROM_MS);
      const gentle = timeline(all, restore, FROM_MS);
      const both = timeline([...all, more], restore, FROM_MS);
      for (const atMs of times) {
        expect(holds(gentle, atMs).limitW).toBeLessThanOrEqual(holds(sudden, atMs).limitW);
        expect(holds(both, atMs).limitW).toBeLessThanOrEqual(holds(gentle, atMs).limitW);
      }
    }),
  );
});

test('DR-E22: after the end of a limit the segments only rise, and delay and ramp later the site has all of its own', () => {
  fc.assert(
    fc.property(fc.nat(150_000), fc.nat(999_999), anyRestore, (limitW, restoreDrawPpm, restore) => {
      const endMs = NOON_MS + HOUR_MS;
      const signal: GridSignal = {
        source: 'v',
        programId: 'p',
        eventId: 'a',
        modifiedAtMs: 0,
        target: SITE,
        restoreDrawPpm,
        kind: 'limit',
        periods: [{ kind: 'limit', limitW, startMs: NOON_MS, endMs }],
      };
      const after = timeline([signal], restore, endMs);
      for (const [index, each] of after.entries())
        expect(each.limitW).toBeGreaterThanOrEqual(after[index - 1]?.limitW ?? Math.min(limitW, OWN_W));
      const delayMs = Math.floor((restore.maxDelayMs * restoreDrawPpm) / 1e6);
      expect(holds(after, endMs + delayMs + restore.rampMs).limitW).toBe(OWN_W);
      if (delayMs > 0) expect(holds(after, endMs + delayMs - 1).limitW).toBe(Math.min(limitW, OWN_W));
    }),
  );
});

test('a timeline that begins later is the rest of the earlier one, and the order of the signals does not matter', () => {
  fc.assert(
    fc.property(anySignals, anyRestore, fc.nat(900), (all, restore, later) => {
      const fromMs = FROM_MS + later * SECOND_MS;
      const whole = timeline(all, restore, FROM_MS);
      const rest = whole
        .filter((each) => endOf(each) > fromMs)
        .map((each) => ({ ...each, startMs: Math.max(each.startMs, fromMs) }));
      expect(timeline(all, restore, fromMs)).toEqual(rest);
      expect(timeline(all.toReversed(), restore, FROM_MS)).toEqual(whole);
    }),
  );
});

test('A28: whatever events are listed, modified and cancelled, the timeline stays at or under the own limit, and survives JSON', () => {
  const steps = fc.array(fc.array(anyEvent, { maxLength: 5 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(steps, fc.nat(999_999), (lists, draw) => {
      let state = NOTHING_KNOWN;
      let atMs = NOON_MS;
      for (const events of lists) {
        state = reconcile(state, { events, unsure: [] }, { atMs, draw: () => draw }).state;
        atMs += 20 * MINUTE_MS;
      }
      const segments = timeline(signalsOf(state.events, ROUTING, atMs).signals, GENTLE, NOON_MS);
      for (const { limitW } of segments) expect(limitW).toBeLessThanOrEqual(OWN_W);
      expect(JSON.parse(JSON.stringify(segments))).toEqual(segments);
    }),
  );
});
