import { expect, test } from '@jest/globals';
import { epochMs, type EpochMs } from '@headroom/kernel';
import type { SharePolicy, SiteModel, SiteModelInput } from '@headroom/site-model';
import { type BillingMemory, drawnUntil } from './billing-memory.ts';
import { type DemandGuard, guardOf, withinPlan } from './demand-guard.ts';
import {
  all,
  asking,
  building,
  car,
  committed,
  DEPOT,
  evseInput,
  limits,
  measured,
  ready,
  reasonOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import { EVENING } from './planning/test-support/tariffs.ts';

/** 08:00, the beginning of a quarter of an hour. */
const START = T0;
const at = (s: number): EpochMs => epochMs(START + s * 1_000);

const drawn = (of: { readonly forS: number; readonly powerW: number } & Partial<BillingMemory>): BillingMemory => {
  const { forS, powerW, ...others } = of;
  return {
    ...{
      monthStartMs: epochMs(0),
      asOfMs: at(forS),
      powerW,
      windowStartMs: START,
      windowMilliJ: powerW * forS * 1_000,
    },
    ...{ peaks: [], ...others },
  };
};

const priced = (objective: 'cost' | 'delivery', change: Partial<SiteModelInput> = {}): SiteModel =>
  siteOf({ ...DEPOT, share: 'smoothed-laxity', objective, tariff: EVENING, ...change });
const wished = (kw: number): SiteModel => siteOf({ ...DEPOT, demandLimitW: kw * 1_000 });

test.each<[string, { readonly forS: number; readonly powerW: number; readonly nowS: number; readonly limitW: number }]>(
  [
    ['twice as much in its first half leaves nothing', { forS: 450, powerW: 40_000, nowS: 450, limitW: 0 }],
    ['half as much again leaves half', { forS: 450, powerW: 30_000, nowS: 450, limitW: 10_000 }],
    ['more than all leaves nothing, and not less', { forS: 600, powerW: 90_000, nowS: 600, limitW: 0 }],
    ['less is not made up for at its end', { forS: 840, powerW: 5_000, nowS: 840, limitW: 20_000 }],
    // (20 kW x 900 s - 21 kW x 800 s) / 100 s, and what is drawn since the last look counts.
    ['a little more leaves less', { forS: 790, powerW: 21_000, nowS: 800, limitW: 12_000 }],
    // 20 kW x 20 s for a minute: what is over soon may not be any power.
    ['its last minute counts as a whole one', { forS: 890, powerW: 20_000, nowS: 890, limitW: 3_300 }],
  ],
)('PC9: of 20 kW for a quarter of an hour %s', (_, { forS, powerW, nowS, limitW }) => {
  const billing = drawn({ forS, powerW });
  expect(guardOf({ site: wished(20), billing, nowMs: at(nowS) })).toEqual({ limitW, untilMs: at(900) });
});

test('PC9: where nothing was measured the whole of it is left; nobody asks: there is no guard', () => {
  expect(guardOf({ site: wished(20), billing: undefined, nowMs: at(10) })).toEqual({
    limitW: 20_000,
    untilMs: at(900),
  });
  expect(guardOf({ site: siteOf(DEPOT), billing: undefined, nowMs: at(10) })).toBeUndefined();
});

test('PO4, PC9: where cost is sought a demand charge asks for the peak of its month, or for three quarters of the month before', () => {
  const limitOf = (site: SiteModel, peaks: BillingMemory['peaks']): number | undefined =>
    guardOf({ site, billing: drawn({ forS: 10, powerW: 0, peaks }), nowMs: at(10) })?.limitW;
  const site = priced('cost');
  expect(limitOf(site, [{ charge: 'any time', peakW: 40_000, beforeW: 100_000 }])).toBe(75_000);
  expect(limitOf(site, [{ charge: 'any time', peakW: 90_000, beforeW: 100_000 }])).toBe(90_000);
  // Of the first month nobody knows what it will come to.
  expect(limitOf(site, [{ charge: 'any time', peakW: 40_000 }])).toBeUndefined();
  // At eight in the morning that of the evening asks for nothing.
  expect(limitOf(site, [{ charge: 'in the evening', peakW: 10_000, beforeW: 10_000 }])).toBeUndefined();
  expect(limitOf(priced('delivery'), [{ charge: 'any time', peakW: 40_000, beforeW: 100_000 }])).toBeUndefined();
  const both = priced('cost', { demandLimitW: 50_000 });
  expect(limitOf(both, [{ charge: 'any time', peakW: 40_000, beforeW: 100_000 }])).toBe(50_000);
});

/** Four cars of 32 A on a grid connection of 200 kW. */
function four(share: SharePolicy, guard: DemandGuard | undefined, change: Partial<SiteModelInput> = {}): Scene {
  const evses = [1, 2, 3, 4].map((n) => evseInput(stationName(n), 'panel-a', { fallback: 0 }));
  const scene = new Scene(siteOf({ ...DEPOT, evses, share, ...change }));
  scene.given(all(1, 4, ready), all(1, 4, car), building(0));
  if (guard !== undefined) scene.memory = { ...scene.memory, demandGuard: guard };
  return scene;
}

const GUARD: DemandGuard = { limitW: 40_000, untilMs: at(900) };
const kwOf = (limitsDeciA: readonly number[]): number =>
  (limitsDeciA.reduce((sum, each) => sum + each, 0) * 69) / 1_000;
const sumAt = (scene: Scene, nowMs: number): number => kwOf(limits(scene.decideAt(nowMs), 1, 2, 3, 4));

test('LC5: cars share what the guard leaves, equally and without a plan, and are told why; when its window is over it is too', () => {
  const scene = four('equal', GUARD);
  const decision = scene.decideAt(at(1));
  const guarded = limits(decision, 1, 2, 3, 4);
  // 40 kW less 2 % of reserve for the meter of the building, in its steps.
  expect(kwOf(guarded)).toBeGreaterThan(33);
  expect(kwOf(guarded)).toBeLessThanOrEqual(40);
  expect(Math.max(...guarded) - Math.min(...guarded)).toBeLessThanOrEqual(1);
  const reason = reasonOf(decision, 1);
  expect(reason).toMatchObject({ code: 'DEMAND_PEAK_GUARD', circuitId: 'grid', row: 'power' });
  expect(reason.sentence).toContain('on the mean of the quarter of an hour until 08:15 UTC (40 of 40 kW)');
  // What is told of circuits, and what counts as over, are limits.
  expect(decision.circuits.find(({ circuitId }) => circuitId === 'grid')?.powerLimitW).toBe(200_000);
  expect(scene.memory.demandGuard).toEqual(GUARD);
  scene.given(building(0, at(900)));
  expect(sumAt(scene, at(900))).toBeGreaterThan(80);
});

test('LC5: a guard of no power pauses everybody, and breaks nothing; a building beyond it neither', () => {
  const scene = four('equal', { ...GUARD, limitW: 0 }).given(building(800));
  const decision = scene.decideAt(at(1));
  expect(limits(decision, 1, 2, 3, 4)).toEqual([0, 0, 0, 0]);
  expect(reasonOf(decision, 1).code).toBe('DEMAND_PEAK_GUARD');
  expect(decision.over).toEqual({ rating: false, power: false });
});

test('LC5: whoever must run now to leave in time runs, and what it takes is not the others any more', () => {
  const scene = four('smoothed-laxity', { ...GUARD, limitW: 30_000 });
  scene.given(
    all(1, 4, (n) => [asking(n, 20_000, at(20 * 3_600))]),
    // 22 kW for all but a minute of its hour.
    asking(1, 21_700, at(3_600)),
  );
  scene.decideAt(at(0));
  const [urgent = 0, ...others] = limits(scene.decideAt(at(10)), 1, 2, 3, 4);
  expect(urgent).toBe(320);
  expect(kwOf(others)).toBeLessThanOrEqual(8);
  const nothing = four('smoothed-laxity', { ...GUARD, limitW: 0 }).given(
    all(1, 4, (n) => [asking(n, 20_000, at(20 * 3_600))]),
    asking(1, 21_700, at(3_600)),
  );
  expect(limits(nothing.decideAt(at(10)), 1, 2, 3, 4)).toEqual([320, 0, 0, 0]);
});

test('LC5: no rise of the building is kept beside it, which nothing would break', () => {
  const otherLoads = DEPOT.otherLoads.map((load) => ({ ...load, risesAtMost: load.worstCase }));
  expect(sumAt(four('equal', GUARD, { otherLoads }), at(1))).toBeGreaterThan(33);
});

test('LC5: a limit that is lower anyway needs no guard, and keeps its name', () => {
  const limitOverride = { powerLimitW: 30_000, validUntilMs: at(3_600), setBy: 'ann', reason: 'works' };
  const scene = four('equal', GUARD, { limitOverride });
  expect(reasonOf(scene.decideAt(at(1)), 1).code).toBe('MANUAL_LIMIT');
});

test('LC5, PR2: a plan that is followed has weighed the peak: where it goes beyond the guard, its word counts', () => {
  const plan = { mode: 'cost', envelope: [{ fromMs: at(0), toMs: at(900), powerW: 55_000.5 }] } as never;
  expect(withinPlan(GUARD, plan, at(10))?.limitW).toBe(55_000);
  expect(withinPlan(GUARD, plan, at(901))?.limitW).toBe(40_000);
  expect(withinPlan({ ...GUARD, limitW: 60_000 }, plan, at(10))?.limitW).toBe(60_000);
  expect(withinPlan(GUARD, undefined, at(10))).toBe(GUARD);
});

test('PC9: the mean of each quarter of an hour stays at what was asked, though the building goes beyond it for a while', () => {
  const site = siteOf({
    ...DEPOT,
    ...{ share: 'equal', demandLimitW: 60_000 },
    evses: [1, 2, 3, 4].map((n) => evseInput(stationName(n), 'panel-a', { fallback: 0 })),
  });
  const scene = new Scene(site).given(all(1, 4, ready), all(1, 4, car));
  let billing: BillingMemory | undefined;
  const means: number[] = [];
  let [energyWs, powerW] = [0, 0];
  for (let s = 0; s < 4 * 900; s += 5) {
    const nowMs = at(s);
    // Three minutes each: 83 kW, which the rest of the window has to make up for, then 7, 54, 28 and 7.
    const buildingDeciA = [1_200, 100, 780, 400, 100][Math.floor(s / 180) % 5] ?? 0;
    scene.given(building(buildingDeciA, nowMs));
    billing = drawnUntil(billing, { site, tariff: undefined, state: scene.state, atMs: nowMs });
    const guard = guardOf({ site, billing, nowMs });
    scene.memory = { ...scene.memory, ...(guard === undefined ? {} : { demandGuard: guard }) };
    const told = limits(scene.decideAt(nowMs), 1, 2, 3, 4);
    for (const [i, limit] of told.entries()) {
      scene.given(committed(i + 1, limit, { commanded: limit, atMs: nowMs, member: 'acknowledged' }));
      scene.given(measured(i + 1, limit, nowMs + 1));
    }
    powerW = kwOf(told) * 1_000 + buildingDeciA * 69;
    energyWs += powerW * 5;
    if ((s + 5) % 900 === 0) {
      means.push(energyWs / 900 / 1_000);
      energyWs = 0;
    }
  }
  for (const mean of means) expect(mean).toBeLessThanOrEqual(60);
  // And it is used.
  for (const mean of means.slice(1)) expect(mean).toBeGreaterThan(50);
});
