import { expect, test } from '@jest/globals';
import { type CircuitId, deciAmps, type EvseId, epochMs, mapPhases, watts } from '@headroom/kernel';
import type { EvseModel, SiteModel } from '@headroom/site-model';
import fc from 'fast-check';
import { AHEAD_MS, announcedAheadMs, PERIOD_AHEAD_MS } from './announce.ts';
import type { Decision } from './decision.ts';
import { evolve } from './evolve.ts';
import { asked, T0 } from './given.fixture.ts';
import {
  decided,
  isCar,
  oracleRows,
  RUNS,
  type Situation,
  situationOf,
  raws,
  worstOf,
} from './test-support/random-situations.ts';

interface Told {
  readonly circuit: number;
  readonly limits: readonly (readonly [limitW: number, startMs: number, endMs: number])[];
}

/** Limits one after the other, from a minute ago on. */
const told: fc.Arbitrary<Told> = fc.record({
  circuit: fc.nat(4),
  limits: fc
    .array(fc.tuple(fc.nat(120_000), fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 90_000 })), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => {
      let atMs = T0 - 60_000;
      return parts.map(([limitW, gapMs, lastsMs]): [number, number, number] => {
        const startMs = atMs + gapMs;
        atMs = startMs + lastsMs;
        return [limitW, startMs, atMs];
      });
    }),
});
const wide = (value: number) => deciAmps(1_500 + value);
const small = (value: number) => deciAmps(Math.floor(value / 10));
/** Sites with something to give: most random ones have lost their rows already. */
const roomy = raws.map((raw) =>
  situationOf({
    ...raw,
    circuits: raw.circuits.map((circuit) => ({ ...circuit, power: null, rating: mapPhases(circuit.rating, wide) })),
    load: { ...raw.load, worst: mapPhases(raw.load.worst, small), reading: null },
  }),
);
const worlds = fc.tuple(roomy, fc.array(told, { minLength: 1, maxLength: 2 }));

const circuitOf = (site: SiteModel, { circuit }: Told): CircuitId =>
  [...site.circuits.keys()][circuit % site.circuits.size] ?? site.rootCircuitId;

const withGrid = ({ state, ...situation }: Situation, all: readonly Told[]): Situation => ({
  ...situation,
  state: all.reduce(
    (known, one) => evolve(known, asked(one.limits, { target: circuitOf(situation.site, one) })),
    state,
  ),
});

/** The newest word on each circuit: all have version 1, of which the first counts. */
const heard = (site: SiteModel, all: readonly Told[]): ReadonlyMap<CircuitId, Told['limits']> =>
  new Map(all.toReversed().map((one) => [circuitOf(site, one), one.limits]));

/** The oracle: a site whose contracts are as low as the grid ever is from one instant to another. */
function lowered({ site, ...situation }: Situation, all: readonly Told[], fromMs: number, untilMs: number): Situation {
  const grid = heard(site, all);
  const circuits = [...site.circuits.values()].map((circuit) => {
    const lows = (grid.get(circuit.circuitId) ?? [])
      .filter(([, startMs, endMs]) => startMs <= untilMs && endMs > fromMs)
      .map(([limitW]) => limitW);
    const lowest = Math.min(circuit.powerLimitW ?? Infinity, ...lows);
    return [circuit.circuitId, lowest === Infinity ? circuit : { ...circuit, powerLimitW: watts(lowest) }] as const;
  });
  return { ...situation, site: { ...site, circuits: new Map(circuits) } };
}

const limitsOf = ({ allocations }: Decision): readonly (readonly [EvseId, number])[] =>
  [...allocations].map(([evseId, { limit }]) => [evseId, limit]);

test('PT1, A28: a signal has the effect of a contract as low as the lowest limit until a decrease is obeyed, and no other', () => {
  let lower = 0;
  fc.assert(
    fc.property(worlds, ([situation, all]) => {
      const { decision } = decided(withGrid(situation, all));
      const expected = decided(lowered(situation, all, T0, T0 + AHEAD_MS)).decision;
      expect(limitsOf(decision)).toEqual(limitsOf(expected));
      lower += Number(JSON.stringify(limitsOf(decided(situation).decision)) !== JSON.stringify(limitsOf(decision)));
    }),
    { numRuns: RUNS },
  );
  expect(lower).toBeGreaterThan(RUNS / 10);
});

test('SI27: what is announced is never more than what is given, and fits from the first drop until the last lease has ended', () => {
  const seen = { drops: 0, announced: 0 };
  fc.assert(
    fc.property(worlds, ([situation, all]) => {
      const { decision } = decided(withGrid(situation, all));
      const untilMs = T0 + announcedAheadMs(situation.site.leaseS);
      const now = lowered(situation, all, T0, T0 + AHEAD_MS).site;
      const starts = [...heard(situation.site, all)].flatMap(([id, limits]) =>
        limits
          .filter(([limitW]) => inDeciA(limitW) < inDeciA(now.circuits.get(id)?.powerLimitW ?? Infinity))
          .map(([, startMs]) => startMs),
      );
      const dropMs = Math.min(...starts.filter((startMs) => startMs > T0 + AHEAD_MS && startMs <= untilMs));
      const announced = [...decision.allocations.values()].filter(({ later }) => later !== undefined);
      for (const { later, limit } of announced) {
        expect(later?.fromMs).toBe(dropMs - PERIOD_AHEAD_MS);
        expect(later?.limit).toBeLessThan(limit);
      }
      if (dropMs === Infinity) return;
      seen.drops += 1;
      seen.announced += Number(announced.length > 0);
      expectFits(lowered(situation, all, epochMs(dropMs), untilMs), decision);
    }),
    { numRuns: RUNS },
  );
  expect(seen.drops).toBeGreaterThan(RUNS / 5);
  expect(seen.announced).toBeGreaterThan(RUNS / 10);
});

const inDeciA = (limitW: number): number => Math.floor((limitW * 10) / 230);

/** Every row holds, or no car in it has more than its fallback. */
function expectFits(situation: Situation, { allocations }: Decision): void {
  const then = (evse: EvseModel): number => {
    const allocation = allocations.get(evse.evseId);
    return allocation?.later?.limit ?? allocation?.limit ?? 0;
  };
  for (const row of oracleRows(situation)) {
    if (worstOf(situation, row, then) <= row.limit) continue;
    for (const evse of situation.site.evses.values()) {
      if (row.coefficient(evse) > 0 && isCar(situation, evse)) expect(then(evse)).toBeLessThanOrEqual(evse.fallback);
    }
  }
}
