import { expect, test } from '@jest/globals';
import { type EpochMs, epochMs, sessionId, stationId } from '@headroom/kernel';
import type { Fact } from './facts.ts';
import {
  all,
  asking,
  car,
  chargingState,
  committed,
  connected,
  limits,
  panelOf,
  reasonOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import type { KeptPlan } from './planning/kept-plan.ts';

const after = (ms: number): EpochMs => epochMs(T0 + ms);
const HOUR_MS = 3_600_000;
const EVERYBODY = [1, 2, 3, 4];

/** Cars by their number, each with so many watts over the first ten minutes; and what the whole site may draw. */
const planOf = (watts: Readonly<Record<number, number>>, powerW: number, change: Partial<KeptPlan> = {}): Fact => ({
  kind: 'plan-made',
  plan: {
    ...{ epoch: 1n, seq: 1n, siteVersion: 1, createdAtMs: T0, validUntilMs: after(600_000), mode: 'cost' },
    budgets: new Map(
      Object.entries(watts).map(([n, power]) => [
        sessionId(`session-${n}`),
        [0, 300_000].map((ms) => ({ fromMs: after(ms), toMs: after(ms + 300_000), energyWh: power / 12 })),
      ]),
    ),
    deliveredWh: new Map(),
    envelope: [0, 300_000].map((ms) => ({ fromMs: after(ms), toMs: after(ms + 300_000), powerW })),
    ...change,
  },
});

/** A panel of 48 A on each conductor, four cars of three phases; the last one leaves when it is told. */
const four = (lastLeavesInMs = 10 * HOUR_MS, tiers: readonly number[] = []) => {
  const panel = panelOf(4, { fallback: 0 }, 480);
  const evses = panel.evses.map((evse, i) => ({ ...evse, tier: tiers[i] ?? 1 }));
  return new Scene(siteOf({ ...panel, evses, share: 'smoothed-laxity' })).given(
    all(1, 4, (n) => [
      ...[connected(n), committed(n, 0), ...car(n)],
      asking(n, 20_000, n === 4 ? T0 + lastLeavesInMs : T0 + 10 * HOUR_MS),
    ]),
  );
};
const settled = (scene: Scene) => {
  for (const waits of [0, 61_000, 122_000]) scene.decideAt(T0 + waits);
  return scene.decideAt(T0 + 183_000);
};

test('LC6, PR2: in cost mode what is planned is given and no more; who waits is told why', () => {
  // 6.9 kW is 10 A on three phases.
  const decision = settled(four().given(planOf({ 3: 6_900 }, 7_400)));
  expect(limits(decision, ...EVERYBODY)).toEqual([0, 0, 107, 0]);
  expect(reasonOf(decision, 1)).toMatchObject({ code: 'TARIFF_WAIT' });
  expect(reasonOf(decision, 1).sentence).toContain('later');
});

test('LC6, MD13: of what is tolerated beyond budgets the lower tier has its part first; who has no budget waits, whatever its tier', () => {
  const plan = planOf({ 3: 6_900, 4: 6_900 }, 20_000);
  expect(limits(settled(four().given(plan)), ...EVERYBODY)).toEqual([0, 0, 107, 100]);
  const tiered = settled(four(10 * HOUR_MS, [1, 1, 2, 1]).given(plan));
  expect(limits(tiered, ...EVERYBODY)).toEqual([0, 0, 100, 107]);
  expect(reasonOf(tiered, 1).code).toBe('TARIFF_WAIT');
});

test('LC6: in energy mode the same envelope holds nobody back', () => {
  const decision = settled(four().given(planOf({ 3: 6_900 }, 7_400, { mode: 'energy' })));
  expect(limits(decision, ...EVERYBODY).reduce((sum, limit) => sum + (limit ?? 0), 0)).toBe(480);
});

test('LC6: who can wait no longer takes what there is, whatever the envelope says', () => {
  // 20 kWh take 55 minutes at 32 A.
  const decision = settled(four(HOUR_MS).given(planOf({ 3: 6_900 }, 0)));
  expect(limits(decision, 3, 4)).toEqual([100, 320]);
});

test('LC6: beyond what is planned for cars nothing is handed out, however wide the envelope; what is no number allows nothing beyond', () => {
  // 6.9 kW, and 500 W that are tolerated.
  for (const [powerW, most] of [
    [100_000, 107],
    [Number.NaN, 100],
  ] as const) {
    const decision = settled(four().given(planOf({ 3: 6_900 }, powerW)));
    expect(limits(decision, ...EVERYBODY)).toEqual([0, 0, most, 0]);
  }
});

test('LC6: a budget that is less than its car can take is its turn while there is room for it, and else is for the others', () => {
  // 2 kW are 2.9 A on three phases.
  const of = (envelopeW: number) => limits(settled(four().given(planOf({ 1: 2_000, 3: 6_900 }, envelopeW))), 1, 3);
  expect(of(7_900)).toEqual([0, 114]);
  expect(of(100_000)[0]).toBe(0);
});

test('LC6: a car that takes nothing is not said to wait for a price', () => {
  const scene = four().given(planOf({ 3: 6_900 }, 7_400));
  scene.given([chargingState(1, 'suspended-ev', T0)]);
  const decision = settled(scene);
  expect(reasonOf(decision, 1)).toMatchObject({ code: 'EV_NOT_DRAWING' });
  expect(reasonOf(decision, 2)).toMatchObject({ code: 'TARIFF_WAIT' });
});

test('LC6: an envelope below what is planned takes nothing from anybody', () => {
  const decision = settled(four().given(planOf({ 2: 4_140, 3: 6_900 }, 0)));
  expect(limits(decision, ...EVERYBODY)).toEqual([0, 60, 100, 0]);
});

test('LC6, PR4: a budget that its car does not take falls to others, up to the envelope', () => {
  const scene = four().given(planOf({ 1: 6_900, 2: 6_900 }, 14_300));
  // The second car has left: its session is over, and its budget is anybody's.
  scene.given([
    {
      ...{ kind: 'session-ended', stationId: stationId(stationName(2)), evse: 1 },
      ...{ sessionId: sessionId('session-2'), atMs: epochMs(T0) },
    },
  ]);
  const [first, , third, fourth] = limits(settled(scene), ...EVERYBODY);
  expect(first).toBeGreaterThan(100);
  const all3 = (first ?? 0) + (third ?? 0) + (fourth ?? 0);
  expect(all3 * 69).toBeLessThanOrEqual(14_300 + 69);
  expect(all3).toBeGreaterThan(190);
});

test('PR7: with the plan its envelope ends: then all is handed out again', () => {
  const scene = four().given(planOf({ 3: 6_900 }, 7_400));
  settled(scene);
  for (const ms of [600_000, 661_000, 722_000]) scene.decideAt(T0 + ms);
  expect(limits(scene.decideAt(T0 + 783_000), ...EVERYBODY).reduce((sum, limit) => sum + (limit ?? 0), 0)).toBe(480);
});
