import { expect, test } from '@jest/globals';
import { deciAmps, transactionId } from '@headroom/kernel';
import { UNKNOWN_CAPABILITIES } from '@headroom/ocpp/capabilities';
import { NO_QUIRKS, type Quirks } from '@headroom/ocpp/quirks';
import fc from 'fast-check';
import { BENCH_DC } from '../testing/bench-site.ts';
import { type PlanInput, planOf, type ProfilePlan } from './plan-of.ts';

interface Kind {
  readonly units: readonly ('A' | 'W')[];
  readonly wiredPhases: number;
  readonly isDc: boolean;
  readonly quirks: Partial<Quirks>;
}
const kinds: fc.Arbitrary<Kind> = fc.record({
  units: fc.constantFrom<readonly ('A' | 'W')[]>(['A'], ['W'], ['A', 'W']),
  wiredPhases: fc.constantFrom(1, 3),
  isDc: fc.boolean(),
  quirks: fc.record({
    wholeAmps: fc.boolean(),
    minCurrentDeciA: fc.constantFrom(0, 60),
    dynamicLeases: fc.boolean(),
  }),
});

function leaseOf({ units, wiredPhases, isDc, quirks }: Kind, change: Partial<PlanInput> = {}): ProfilePlan | undefined {
  const since21 = { maxOfflineDuration: true, dynamicProfiles: true, setpointEvses: [1] };
  const input: PlanInput = {
    capabilities: { ...UNKNOWN_CAPABILITIES, units, since21 },
    quirks: { ...NO_QUIRKS, ...quirks },
    place: { evse: 1, evses: 1, wiredPhases, voltageV: 230, ...(isDc ? { dc: BENCH_DC } : {}) },
    lease: { transactionId: transactionId('t'), startScheduleMs: 0, durationS: 120 },
    limit: deciAmps(160),
    ...change,
  };
  return planOf(input).at(-1);
}

/**
 * The most that one conductor of the supply carries by what was said: W on one phase at the lowest voltage that the model knows (90 %); of DC
 * spread over its phases, without any loss, and with the power factor at its lowest.
 */
function worstDeciA({ unit, periods: [period] }: ProfilePlan, { isDc, wiredPhases }: Kind): number {
  const said = period?.discharge ?? 0;
  if (unit === 'A') return said;
  const watts = isDc ? (said * 100) / BENCH_DC.powerFactorPercent / wiredPhases : said;
  return (watts * 10) / (230 * 0.9);
}

test('what is said never makes a conductor carry more than was allowed, whatever the unit, the wiring and the rounding', () => {
  let said = 0;
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 400 }), (kind, discharge) => {
      const plan = leaseOf(kind, { discharge: deciAmps(discharge) });
      if (plan === undefined) return;
      expect(worstDeciA(plan, kind)).toBeLessThanOrEqual(discharge);
      said += Number((plan.periods[0]?.discharge ?? 0) > 0);
    }),
    { numRuns: 500 },
  );
  expect(said).toBeGreaterThan(300);
});

const AC: Kind = { units: ['A'], wiredPhases: 3, isDc: false, quirks: {} };

test('it stands in every period of the lease, and in no permanent limit', () => {
  const periods = [{ startS: 60, limit: deciAmps(80) }];
  expect(leaseOf(AC, { discharge: deciAmps(105), periods })?.periods).toEqual([
    { startS: 0, amount: 160, numberPhases: 3, discharge: 105 },
    { startS: 60, amount: 80, numberPhases: 3, discharge: 105 },
  ]);
  const [fallback] = planOf({
    capabilities: UNKNOWN_CAPABILITIES,
    ...{ quirks: NO_QUIRKS, place: { evse: 1, evses: 1, wiredPhases: 3, voltageV: 230 } },
    ...{ fallback: deciAmps(60), discharge: deciAmps(105) },
  });
  expect(fallback?.periods).toEqual([{ startS: 0, amount: 60, numberPhases: 3 }]);
});

test('a lease that gives back is no dynamic one: an update tells the limit alone', () => {
  const dynamic = { ...AC, quirks: { dynamicLeases: true } };
  expect(leaseOf(dynamic)?.lease).toHaveProperty('isDynamic', true);
  expect(leaseOf(dynamic, { discharge: deciAmps(105) })?.lease).not.toHaveProperty('isDynamic');
});

test('an EVSE that follows no setpoint is told its limit alone', () => {
  const capabilities = { ...UNKNOWN_CAPABILITIES, since21: { maxOfflineDuration: true, dynamicProfiles: true } };
  expect(leaseOf(AC, { capabilities, discharge: deciAmps(105) })?.periods).toEqual([
    { startS: 0, amount: 160, numberPhases: 3 },
  ]);
});
