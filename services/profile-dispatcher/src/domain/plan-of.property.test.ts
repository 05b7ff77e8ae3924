import { expect, test } from '@jest/globals';
import { deciAmps, transactionId } from '@headroom/kernel';
import { NO_QUIRKS } from '@headroom/ocpp/quirks';
import fc from 'fast-check';
import { PlannedStation } from '../testing/planned-station.ts';
import { sinceTransactionS } from './lease-span.ts';
import { type PlanInput, planOf, type ProfilePlan } from './plan-of.ts';

const T0 = 1_800_000_000_000;
const S = 1_000;
const TX = transactionId('4711');

const deciAmpere = fc.integer({ min: 0, max: 400 });
const kinds = fc.record({
  version: fc.constantFrom('ocpp1.6' as const, 'ocpp2.0.1' as const),
  units: fc.constantFrom<readonly ('A' | 'W')[]>(['A'], ['W'], ['A', 'W']),
  maxStackLevel: fc.constantFrom(0, 1, 8),
  maxPeriods: fc.integer({ min: 1, max: 6 }),
  maxProfiles: fc.constantFrom(undefined, 1, 2, 3, 4, 20),
  singleLevel: fc.boolean(),
  wholeAmps: fc.boolean(),
  minCurrentDeciA: fc.constantFrom<number>(0, 0, 60, 70),
  scheduleKind: fc.constantFrom('absolute' as const, 'relative' as const),
  phasesToName: fc.constantFrom('wired' as const, 'none' as const),
  wiredPhases: fc.constantFrom(1 as const, 2 as const, 3 as const),
  voltageV: fc.constantFrom(127, 230, 233),
  evses: fc.constantFrom(1, 2),
});
const wishes = fc.record({
  fallback: deciAmpere,
  limit: deciAmpere,
  durationS: fc.integer({ min: 3, max: 900 }),
  steps: fc.array(fc.record({ startS: fc.integer({ min: 1, max: 1_000 }), limit: deciAmpere }), { maxLength: 6 }),
  /** How old the transaction is when the lease starts, and how late that was heard. */
  ageMs: fc.integer({ min: 0, max: 3_600_000 }),
  heardMs: fc.constantFrom<number>(0, 0, 400, 7_000),
});

type Kind = typeof kinds extends fc.Arbitrary<infer K> ? K : never;
type Wishes = typeof wishes extends fc.Arbitrary<infer W> ? W : never;

function inputOf(kind: Kind, { fallback, limit, durationS, steps, ageMs, heardMs }: Wishes): PlanInput {
  const { maxProfiles, wiredPhases, voltageV, evses } = kind;
  const { singleLevel, wholeAmps, minCurrentDeciA, scheduleKind, phasesToName } = kind;
  const since = sinceTransactionS(T0 - ageMs + Math.min(heardMs, ageMs), T0);
  return {
    capabilities: {
      ...{ smartCharging: true, phaseSwitching: false, units: kind.units },
      ...{ maxStackLevel: kind.maxStackLevel, maxPeriods: kind.maxPeriods },
      ...(maxProfiles === undefined ? {} : { maxProfiles }),
    },
    quirks: { ...NO_QUIRKS, singleLevel, wholeAmps, minCurrentDeciA, scheduleKind, phasesToName },
    place: { evse: 1, evses, wiredPhases, voltageV },
    fallback: deciAmps(fallback),
    limit: deciAmps(limit),
    periods: laterOf(steps).map((step) => ({ startS: step.startS, limit: deciAmps(step.limit) })),
    lease: {
      ...{ transactionId: TX, startScheduleMs: T0, durationS },
      ...(since === undefined ? {} : { sinceTransactionS: since }),
    },
  };
}

const laterOf = (steps: Wishes['steps']): Wishes['steps'] =>
  [...new Map(steps.map((step) => [step.startS, step])).values()].toSorted((a, b) => a.startS - b.startS);

/** Drops only, each lower than the one before. */
const falling = ({ steps, limit, ...rest }: Wishes): Wishes => {
  const lower = laterOf(steps).filter(
    (step, i, all) => step.limit < Math.min(limit, ...all.slice(0, i).map((earlier) => earlier.limit)),
  );
  return { ...rest, limit, steps: lower };
};

/** SI1: the fallback counts always; what counts from the start of a transaction may end early, and so come to that. */
const mayHaveEnded = ({ scheduleKind }: Kind, { durationS, heardMs }: Wishes, atMs: number): boolean =>
  scheduleKind === 'relative' && atMs > T0 + durationS * S - heardMs - S;

/** What is counted at an instant of the lease, and after it. */
function committedAt({ fallback, limit, durationS, steps }: Wishes, hasLease: boolean, atMs: number): number {
  const passedS = (atMs - T0) / S;
  if (!hasLease || passedS >= durationS) return fallback;
  return laterOf(steps).findLast(({ startS }) => startS <= passedS)?.limit ?? limit;
}

const stationOf = (kind: Kind, wished: Wishes): PlannedStation => new PlannedStation(placementOf(kind, wished));

function placementOf(kind: Kind, { ageMs }: Wishes): ConstructorParameters<typeof PlannedStation>[0] {
  return {
    version: kind.version,
    evse: 1,
    supply: { kind: 'ac', voltageV: kind.voltageV, phases: kind.wiredPhases },
    station: {
      ...{ evses: kind.evses, units: kind.units, maxStackLevel: kind.singleLevel ? 0 : kind.maxStackLevel },
      ...{ maxPeriods: kind.maxPeriods, maxProfiles: kind.maxProfiles ?? 20, phaseSwitching: false },
    },
    transaction: { transactionId: TX, startedAtMs: T0 - ageMs },
  };
}

/** Instants at which something may change, and those just before. */
function instantsOf({ steps, durationS }: Wishes): readonly number[] {
  const edges = [0, durationS, ...steps.map(({ startS }) => startS)].map((startS) => T0 + startS * S);
  return [...edges, ...edges.map((edge) => edge - 1), T0 + 500].filter((atMs) => atMs >= T0);
}

interface Obeyed {
  readonly plans: readonly ProfilePlan[];
  /** Deci-amps of each phase. */
  at(atMs: number): number;
}

function obeyed(kind: Kind, wished: Wishes): Obeyed {
  const plans = planOf(inputOf(kind, wished));
  const station = stationOf(kind, wished);
  for (const plan of plans) station.take(plan);
  const segments = station.obeys(T0, 1_100 * S, 'A');
  const at = (atMs: number) =>
    segments.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)?.limit ?? Infinity;
  return { plans, at };
}

const hasLease = ({ plans }: Obeyed): boolean => plans.some(({ purpose }) => purpose === 'lease');

test('SI8, SI31: whatever a station can do, what it obeys of a plan is at no instant above what is counted', () => {
  const seen = { leases: 0, relative: 0, watts: 0, bounded: 0 };
  fc.assert(
    fc.property(kinds, wishes, (kind, wished) => {
      const station = obeyed(kind, wished);
      const told = hasLease(station);
      seen.leases += Number(told);
      seen.relative += Number(told && kind.scheduleKind === 'relative');
      seen.watts += Number(station.plans.some(({ unit }) => unit === 'W'));
      seen.bounded += Number(told && wished.steps.length >= kind.maxPeriods);
      for (const atMs of instantsOf(wished)) {
        const counted = committedAt(wished, told, atMs);
        const most = mayHaveEnded(kind, wished, atMs) ? Math.max(counted, wished.fallback) : counted;
        expect(station.at(atMs)).toBeLessThanOrEqual(most);
      }
    }),
    { numRuns: 2_000, seed: 6 },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(400);
});

/** What stands in the plans by which a station goes by at an instant: those of the lease while it lives, else the permanent ones. */
const saidAt = ({ plans }: Obeyed, atMs: number): number => {
  const lease = plans.find((plan) => plan.purpose === 'lease');
  const startMs = lease?.lease?.startScheduleMs ?? Number.NaN;
  const isAlive = atMs >= startMs && atMs < startMs + (lease?.lease?.durationS ?? 0) * S;
  const plan = isAlive ? lease : plans.find(({ purpose }) => purpose === 'fallback');
  return plan?.periods.findLast(({ startS }) => !isAlive || startMs + startS * S <= atMs)?.amount ?? Infinity;
};

test('H82, SI8: a station of watts may give all of them to one phase at nine tenths of the voltage, and no conductor carries more than is counted', () => {
  let cases = 0;
  fc.assert(
    fc.property(kinds, wishes, (any, wished) => {
      const kind = { ...any, units: ['W' as const], scheduleKind: 'absolute' as const };
      const station = obeyed(kind, wished);
      for (const atMs of instantsOf(wished)) {
        const counted = committedAt(wished, hasLease(station), atMs);
        const currentDeciA = (saidAt(station, atMs) * 10) / (0.9 * kind.voltageV);
        expect(currentDeciA).toBeLessThanOrEqual(counted * (1 + 1e-12));
        cases += 1;
      }
    }),
    { numRuns: 2_000, seed: 82 },
  );
  expect(cases).toBeGreaterThan(10_000);
});

test('H82: and a watt more would be too much, where the station rounds nothing by itself', () => {
  fc.assert(
    fc.property(kinds, wishes, (any, wished) => {
      const kind = {
        ...any,
        units: ['W' as const],
        scheduleKind: 'absolute' as const,
        wholeAmps: false,
        minCurrentDeciA: 0,
      };
      const station = obeyed(kind, { ...wished, steps: [] });
      const counted = committedAt({ ...wished, steps: [] }, hasLease(station), T0);
      expect(((saidAt(station, T0) + 1) * 10) / (0.9 * kind.voltageV)).toBeGreaterThan(counted);
    }),
    { numRuns: 500, seed: 82 },
  );
});

const rectifiers = fc.record({
  outputMaxW: fc.integer({ min: 1_000, max: 400_000 }),
  efficiencyPercent: fc.integer({ min: 50, max: 100 }),
  powerFactorPercent: fc.integer({ min: 50, max: 100 }),
});

test('MD12, SI8: what a DC station may give to a battery takes no more from any phase than is counted, at nine tenths of the voltage', () => {
  fc.assert(
    fc.property(kinds, wishes, rectifiers, (any, wished, dc) => {
      const kind = { ...any, units: ['A' as const, 'W' as const], scheduleKind: 'absolute' as const };
      const input = inputOf(kind, wished);
      const plans = planOf({ ...input, place: { ...input.place, dc } });
      const station = new PlannedStation({ ...placementOf(kind, wished), supply: { kind: 'dc', voltageV: 800 } });
      for (const plan of plans) station.take(plan);
      for (const atMs of instantsOf(wished)) {
        const said = saidAt({ plans, at: () => 0 }, atMs);
        const inputVA = (said * 10_000) / (dc.efficiencyPercent * dc.powerFactorPercent);
        const phaseDeciA = (inputVA * 10) / (0.9 * kind.voltageV * kind.wiredPhases);
        const counted = committedAt(wished, plans.length > 1, atMs);
        expect(phaseDeciA).toBeLessThanOrEqual(counted * (1 + 1e-12));
      }
      for (const { unit, periods } of plans) {
        expect([unit, ...periods.map(({ numberPhases }) => numberPhases)]).toEqual([
          'W',
          ...periods.map(() => undefined),
        ]);
      }
    }),
    { numRuns: 2_000, seed: 12 },
  );
});

test('MD12: a DC station that takes amperes only is told nothing: they would be those of its battery', () => {
  fc.assert(
    fc.property(kinds, wishes, rectifiers, (any, wished, dc) => {
      const input = inputOf({ ...any, units: ['A'] }, wished);
      expect(planOf({ ...input, place: { ...input.place, dc } })).toEqual([]);
    }),
    { numRuns: 200, seed: 13 },
  );
});

test('while the lease lives it is all of what is counted where the station can say so: in A, or in W what one phase bears at nine tenths of the voltage', () => {
  let compared = 0;
  fc.assert(
    fc.property(kinds, wishes, (kind, { heardMs: _, ...rest }) => {
      const wished = falling({ ...rest, heardMs: 0, ageMs: rest.ageMs - (rest.ageMs % S) });
      const exact = { ...kind, wholeAmps: false, minCurrentDeciA: 0, maxPeriods: 24, maxProfiles: undefined };
      const station = obeyed(exact, wished);
      // Without a number of phases a station takes it for three (1.6 7.14).
      const spreadOver = exact.phasesToName === 'wired' ? 1 : exact.wiredPhases;
      const toldOf = (counted: number) =>
        exact.units.includes('A') ? counted : Math.floor((counted * 0.9) / spreadOver) - 1;
      for (const atMs of instantsOf(wished)) {
        const counted = committedAt(wished, true, atMs);
        expect(station.at(atMs)).toBeGreaterThanOrEqual(toldOf(counted));
        compared += 1;
      }
    }),
    { numRuns: 1_000, seed: 27 },
  );
  expect(compared).toBeGreaterThan(5_000);
});

test('H86: a station of whole amperes with a minimum is told the next whole one below, or 0, and nothing between', () => {
  fc.assert(
    fc.property(kinds, wishes, (kind, wished) => {
      const plain = { ...kind, units: ['A' as const], wholeAmps: true, minCurrentDeciA: 70 };
      for (const { amount } of obeyed(plain, wished).plans.flatMap(({ periods }) => periods)) {
        expect([amount % 10, amount === 0 || amount >= 70]).toEqual([0, true]);
      }
    }),
    { numRuns: 500, seed: 86 },
  );
});

test('H81, H85, H88, H89: the permanent limit goes first, under the same ids for ever; nothing goes beyond levels, periods and room', () => {
  fc.assert(
    fc.property(kinds, wishes, (kind, wished) => {
      const { plans } = obeyed(kind, wished);
      const room = kind.maxProfiles === undefined || kind.maxProfiles >= 2 * kind.evses;
      expect(plans.map(({ purpose, profileId }) => [purpose, profileId])).toEqual([
        ['fallback', 11],
        ...(room ? [['lease', 12]] : []),
      ]);
      for (const { periods, stackLevel } of plans) {
        expect(periods.length).toBeLessThanOrEqual(kind.maxPeriods);
        expect(stackLevel).toBeLessThanOrEqual(kind.singleLevel ? 0 : Math.min(1, kind.maxStackLevel));
      }
    }),
    { numRuns: 500, seed: 88 },
  );
});
