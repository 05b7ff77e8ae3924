import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, type EvseId, sessionId, wattHours } from '@headroom/kernel';
import { exportGate, otherLoadSeen } from '@headroom/site-model';
import fc from 'fast-check';
import { EMPTY_MEMORY } from './control-memory.ts';
import { dischargeNow } from './discharge.ts';
import { evolve } from './evolve.ts';
import type { Fact } from './facts.ts';
import {
  after,
  asking,
  building,
  car,
  committed,
  connected,
  DEPOT,
  evseInput,
  idOf,
  measured,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import type { KeptPlan } from './planning/kept-plan.ts';
import type { SiteState } from './site-state.ts';

const MINUTE_MS = 60_000;
const WATTS_PER_A = 690;

const cars = fc.array(
  fc.record({
    energyWh: fc.nat(60_000),
    heldWh: fc.nat(80_000),
    keepWh: fc.nat(40_000),
    efficiencyPercent: fc.integer({ min: 50, max: 100 }),
    leavesInMin: fc.integer({ min: 1, max: 240 }),
    maxA: fc.constantFrom(8, 16, 32),
    givesA: fc.constantFrom(8, 16, 32),
    plannedW: fc.integer({ min: -1_000, max: 30_000 }),
  }),
  { minLength: 1, maxLength: 3 },
);

const sampleOf = (n: number, energyWh: number, exportedWh: number, atMs: number): Fact => {
  const fact = measured(n, 0, atMs);
  if (fact.kind !== 'evse-measured') throw new Error('it is a sample');
  const registers = { register: wattHours(Math.floor(energyWh)), exported: wattHours(Math.ceil(exportedWh)) };
  return { ...fact, sample: { ...fact.sample, ...registers } };
};

type Car = typeof cars extends fc.Arbitrary<readonly (infer One)[]> ? One : never;
const siteFor = (of: readonly Car[], leaseS: number, exportLimitW: number) =>
  siteOf({
    ...DEPOT,
    ...{ leaseS, exportLimitW },
    evses: of.map(({ maxA, givesA }, n) =>
      evseInput(stationName(n + 1), 'panel-a', { maxCurrent: maxA * 10, maxDischarge: givesA * 10 }),
    ),
  });
const begun = (of: readonly Car[]): SiteState =>
  after(
    of.flatMap(({ energyWh, heldWh, keepWh, efficiencyPercent, leavesInMin }, place) => {
      const n = place + 1;
      const asks = asking(n, energyWh, T0 + leavesInMin * MINUTE_MS);
      if (asks.kind !== 'charging-requested') throw new Error('it asks');
      const discharge = { atPlugIn: wattHours(heldWh), keep: wattHours(keepWh), efficiencyPercent, wearMicroPerKwh: 0 };
      return [
        connected(n),
        committed(n, 60, { commanded: 60 }),
        ...car(n, T0 - 2_000),
        { ...asks, discharge },
        sampleOf(n, 0, 0, T0 - 1),
      ];
    }),
  );

/** Whatever is asked of whom, for ever: a plan that nobody proved. */
const greedyPlan = (of: readonly Car[], nowMs: number): KeptPlan => ({
  ...{ epoch: 1n, seq: BigInt(nowMs), siteVersion: 1, createdAtMs: epochMs(nowMs), mode: 'cost' },
  ...{ validUntilMs: epochMs(nowMs + 600_000), budgets: new Map(), deliveredWh: new Map(), envelope: [] },
  discharge: new Map(
    of.map(({ plannedW }, n) => [
      sessionId(`session-${n + 1}`),
      [{ fromMs: epochMs(nowMs), toMs: epochMs(nowMs + 600_000), energyWh: plannedW / 6 }],
    ]),
  ),
});

test('PT16, MD17: whatever a plan asks for, whoever gave back and charges from then on is full in time, and never gave what it keeps', () => {
  let gave = 0;
  fc.assert(
    fc.property(
      cars,
      fc.constantFrom(60, 120, 600),
      // When the platform dies: cars give on until the lease ends.
      fc.nat(180),
      fc.boolean(),
      (of, leaseS, diesAtMin, isNever) => {
        const site = siteFor(of, leaseS, 1_000_000);
        let state = begun(of);
        const told = of.map(() => 0);
        const exported = of.map(() => 0);
        const stopsAtMin = of.map(() => 0);
        for (let minute = 0; minute <= (isNever ? 240 : diesAtMin); minute += 1) {
          const nowMs = epochMs(T0 + minute * MINUTE_MS);
          of.forEach((_, n) => {
            state = evolve(state, sampleOf(n + 1, 0, exported[n] ?? 0, nowMs));
          });
          state = { ...state, plan: greedyPlan(of, nowMs) };
          const now = dischargeNow({ site, state, memory: EMPTY_MEMORY, nowMs }, new Map());
          of.forEach((one, n) => {
            const currentA = (now.get(idOf(n + 1))?.current ?? 0) / 10;
            told[n] = currentA;
            expect(currentA === 0 || currentA >= 6).toBe(true);
            expect(currentA).toBeLessThanOrEqual(one.givesA);
            if (currentA > 0) gave += 1;
            if (currentA > 0) stopsAtMin[n] = minute + 1;
            exported[n] = (exported[n] ?? 0) + (currentA * WATTS_PER_A) / 60;
          });
        }
        of.forEach((one, n) => {
          // The last minute is played already; what is left of the lease comes on top.
          const onWh = isNever ? 0 : ((told[n] ?? 0) * WATTS_PER_A * Math.max(0, leaseS - 60)) / 3_600;
          const all = (exported[n] ?? 0) + onWh;
          if (all === 0) return;
          const lostWh = (all * 100) / one.efficiencyPercent;
          expect(one.heldWh - lostWh).toBeGreaterThanOrEqual(one.keepWh - 1);
          const stops = (stopsAtMin[n] ?? 0) + (onWh > 0 ? leaseS / 60 - 1 : 0);
          const leftH = (one.leavesInMin - stops) / 60;
          expect(leftH * one.maxA * WATTS_PER_A).toBeGreaterThanOrEqual(one.energyWh + lostWh - 1);
        });
      },
    ),
    { numRuns: 80 },
  );
  expect(gave).toBeGreaterThan(200);
});

test('MD18: whatever a plan asks for, what is told fits every row of the second gate, beside what may be flowing still', () => {
  fc.assert(
    fc.property(
      cars,
      fc.nat(60_000),
      fc.nat(1_400),
      fc.array(fc.nat(320), { minLength: 3, maxLength: 3 }),
      (of, exportLimitW, buildingDeciA, before) => {
        const site = siteFor(of, 120, exportLimitW);
        const state = {
          ...after([building(buildingDeciA)], begun(of)),
          plan: greedyPlan(of, T0),
        };
        // Some of them give already, as much as fits.
        const drawn = otherLoadSeen(site, state.readings, T0);
        const giving = new Map<EvseId, ReturnType<typeof deciAmps>>();
        of.forEach((_, n) => {
          const proposal = { evseId: idOf(n + 1), discharge: deciAmps(before[n] ?? 0) };
          if (exportGate({ site, drawn, giving, proposal }).kind === 'pass')
            giving.set(proposal.evseId, proposal.discharge);
        });
        const result = dischargeNow({ site, state, memory: EMPTY_MEMORY, nowMs: T0 }, giving);
        for (const { evseId, current } of result.values())
          giving.set(evseId, deciAmps(Math.max(current, giving.get(evseId) ?? 0)));
        const out = [...giving.values()].reduce((sum, current) => sum + 3 * current, 0) - 3 * buildingDeciA;
        expect(out * 23).toBeLessThanOrEqual(exportLimitW);
        expect([...giving.values()].reduce((sum, current) => sum + current, 0)).toBeLessThanOrEqual(1_600);
      },
    ),
    { numRuns: 300 },
  );
});
