import { expect, test } from '@jest/globals';
import { type EpochMs, epochMs, sessionId, wattHours } from '@headroom/kernel';
import { evolve } from './evolve.ts';
import type { Fact } from './facts.ts';
import {
  all,
  asking,
  car,
  committed,
  connected,
  idOf,
  limits,
  measured,
  panelOf,
  ready,
  reasonOf,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';
import type { KeptPlan } from './planning/kept-plan.ts';
import { bearsOnDecision, quietUntil } from './quiet.ts';

const MINUTE_MS = 60_000;
const after = (ms: number): EpochMs => epochMs(T0 + ms);
const EVERYBODY = [1, 2, 3, 4];

/** Cars by their number, each with so many watts over the first ten minutes. */
const planOf = (watts: Readonly<Record<number, number>>, change: Partial<KeptPlan> = {}): Fact => ({
  kind: 'plan-made',
  plan: {
    ...{ epoch: 1n, seq: 1n, siteVersion: 1, createdAtMs: T0, validUntilMs: after(600_000), mode: 'energy' },
    budgets: new Map(
      Object.entries(watts).map(([n, power]) => [
        sessionId(`session-${n}`),
        [0, 300_000].map((ms) => ({ fromMs: after(ms), toMs: after(ms + 300_000), energyWh: power / 12 })),
      ]),
    ),
    ...{ deliveredWh: new Map(), envelope: [] },
    ...change,
  },
});

/** A panel of 48 A on each conductor, four cars of three phases that are all alike and stay long. */
const four = (change: Partial<Parameters<typeof siteOf>[0]> = {}) =>
  new Scene(siteOf({ ...panelOf(4, { fallback: 0 }, 480), share: 'smoothed-laxity', ...change })).given(
    all(1, 4, (n) => [connected(n), committed(n, 0), ...car(n), asking(n, 20_000, T0 + 10 * 3_600_000)]),
  );

/** Once nothing is held back any more. */
const settled = (scene: Scene, ms = 0) => {
  for (const waits of [0, 61_000, 122_000]) scene.decideAt(T0 + ms + waits);
  return scene.decideAt(T0 + ms + 183_000);
};

test('KP12: all that is planned comes before anything else, and the rest is shared as without a plan', () => {
  // 13.8 kW is 20 A on three phases.
  const decision = settled(four().given(planOf({ 3: 13_800 })));
  const [a, b, c, d] = limits(decision, ...EVERYBODY);
  expect(c).toBeGreaterThanOrEqual(200);
  expect((a ?? 0) + (b ?? 0) + (c ?? 0) + (d ?? 0)).toBe(480);
  expect(settled(four()).plan).toEqual({ kind: 'ignored', why: 'none' });
  expect(decision.plan).toEqual({ kind: 'followed', epoch: 1n, seq: 1n });
  expect(reasonOf(decision, 3).sentence).toContain('shared as planned, then by how long each can wait');
});

test('KP12: where not even the budgets fit together they share what there is, and nobody else has any of it', () => {
  expect(limits(settled(four().given(planOf({ 2: 20_700, 4: 20_700 }))), ...EVERYBODY)).toEqual([0, 240, 0, 240]);
});

test('PR3: who is planned comes before who is not where not even the minima fit', () => {
  const two = () => four({ circuits: panelOf(4, {}, 130).circuits });
  expect(limits(settled(two()), ...EVERYBODY)).toEqual([65, 65, 0, 0]);
  expect(limits(settled(two().given(planOf({ 3: 4_200, 4: 4_200 }))), ...EVERYBODY)).toEqual([0, 0, 65, 65]);
});

test('PR3, MD13: tiers come before what is planned, and inside a tier who is planned before who is not', () => {
  const evses = panelOf(4, { fallback: 0 }).evses.map((evse, i) => ({ ...evse, tier: i < 2 ? 2 : 1 }));
  const scene = (rating: number) => four({ evses, circuits: panelOf(4, {}, rating).circuits });
  const budgets = planOf({ 1: 4_200, 4: 4_200 });
  // One place: that of the first tier's planned one, though two came before it.
  expect(limits(settled(scene(90).given(budgets)), ...EVERYBODY)).toEqual([0, 0, 0, 90]);
  // Three: the first tier's other one before the second tier's planned one, and this one before its neighbour.
  expect(limits(settled(scene(180).given(budgets)), ...EVERYBODY)).toEqual([60, 0, 60, 60]);
});

test('PR1: who is planned at all has no less than it can use', () => {
  expect(limits(settled(four().given(planOf({ 1: 100, 2: 22_080 }))), 1)[0]).toBeGreaterThanOrEqual(60);
});

test('PR4, PR5: what a planned car does not take goes to the others, and who came after the plan is served with the rest', () => {
  const scene = four({ circuits: panelOf(4, {}, 320).circuits }).given(planOf({ 1: 13_800 }));
  expect(limits(settled(scene), 1)[0]).toBeGreaterThanOrEqual(140);
  // It takes nothing for minutes: its place is kept, after everybody else's share.
  const told = committed(1, 200, { commanded: 200, member: 'acknowledged', atMs: T0 + 189_000 });
  scene.given(told);
  for (let s = 0; s <= 240; s += 10) {
    const atMs = T0 + 190_000 + s * 1_000;
    const decided = scene.given(measured(1, 0, atMs)).decideAt(atMs);
    // They do as they are told.
    for (const n of EVERYBODY) {
      const [limit = 0] = limits(decided, n);
      scene.given(committed(n, limit, { commanded: limit, member: 'acknowledged', atMs }));
    }
  }
  const [a, ...others] = limits(scene.decideAt(T0 + 431_000), ...EVERYBODY);
  expect(a).toBeLessThanOrEqual(60);
  expect(others.reduce((sum, limit) => sum + limit, 0)).toBe(320 - (a ?? 0));
});

test('PR1: a car that is behind its plan gets more, one that is ahead less', () => {
  const register = (n: number, wh: number, ms: number): Fact => {
    const fact = measured(n, 60, T0 + ms);
    return fact.kind === 'evse-measured' ? { ...fact, sample: { ...fact.sample, register: wattHours(wh) } } : fact;
  };
  const known = { deliveredWh: new Map(EVERYBODY.map((n) => [sessionId(`session-${n}`), 0])) };
  const given = (wh: number) => {
    const scene = four().given(planOf({ 1: 6_900, 2: 6_900, 3: 22_080, 4: 22_080 }, known));
    // The first sample of a transaction tells where its register began.
    return limits(settled(scene.given(register(1, 0, -1_000), register(1, wh, 120_000)), 0), 1)[0] ?? 0;
  };
  expect(given(0)).toBeGreaterThan(given(230));
  expect(given(230)).toBeGreaterThan(given(900));
});

test.each([
  ['one of another document', { siteVersion: 2 }, 0, 'other-site-version'],
  ['one that is too old', { createdAtMs: after(-600_001), validUntilMs: after(900_000) }, 0, 'too-old'],
  ['one that has expired', { validUntilMs: after(100_000) }, 100_000, 'expired'],
  ['one from the future', { createdAtMs: after(500_000) }, 0, 'from-the-future'],
] as const)('PR7: %s is ignored as a whole, and the decision says so', (_, change, ms, why) => {
  const [planned, alone] = [four().given(planOf({ 3: 13_800 }, change)), four()];
  const decisions = [planned, alone].map((scene) => settled(scene, ms));
  expect(decisions[0]?.plan).toEqual({ kind: 'ignored', why });
  expect(decisions[0]?.allocations).toEqual(decisions[1]?.allocations);
});

test('a site that is named for equal shares gives just these, whatever is planned', () => {
  const { share: _, ...input } = { ...panelOf(4, { fallback: 0 }, 480), share: 'equal' };
  const scene = new Scene(siteOf(input)).given(
    all(1, 4, (n) => [...ready(n), ...car(n)]),
    planOf({ 3: 13_800 }),
  );
  const decision = settled(scene);
  expect(limits(decision, ...EVERYBODY)).toEqual([120, 120, 120, 120]);
  expect(decision.plan).toBeUndefined();
});

test('an older plan that comes late changes nothing', () => {
  const scene = four().given(planOf({ 3: 13_800 }, { seq: 2n }), planOf({ 1: 13_800 }));
  expect(settled(scene).plan).toEqual({ kind: 'followed', epoch: 1n, seq: 2n });
});

test('a car that falls behind its plan is decided on, though it tells nothing new but the time', () => {
  const registered = (ms: number): Fact => {
    const fact = measured(1, 60, T0 + ms);
    return fact.kind === 'evse-measured' ? { ...fact, sample: { ...fact.sample, register: wattHours(400) } } : fact;
  };
  const known = { deliveredWh: new Map([[sessionId('session-1'), 0]]) };
  const bears = (plan: Fact, ms: number): boolean => {
    const { site, state } = four().given(plan, [-60_000, -30_000, 1_000].map(registered));
    const standing = { model: site, state, decidedAtMs: T0 };
    return bearsOnDecision(standing, evolve(state, registered(ms)), idOf(1));
  };
  expect(bears(planOf({ 1: 6_000 }, known), 30_000)).toBe(false);
  // 100 Wh are a minute of 6 kW.
  expect(bears(planOf({ 1: 6_000 }, known), 70_000)).toBe(true);
  expect(bears(planOf({ 2: 6_000 }, known), 70_000)).toBe(false);
});

test('a decision along a plan stands no longer than the plan, and no longer than a step of time', () => {
  const scene = four({ share: 'smoothed-laxity' }).given(planOf({ 3: 13_800 }, { validUntilMs: after(190_500) }));
  settled(scene);
  const { memory: before } = scene;
  scene.decideAt(T0 + 190_000);
  const { site, state, memory } = scene;
  expect(quietUntil({ site, state, before, memory, nowMs: after(190_000) })).toBe(after(190_500));
  expect(quietUntil({ site, state, before, memory, nowMs: after(190_500) })).toBe(
    Math.ceil((T0 + 190_501) / MINUTE_MS) * MINUTE_MS,
  );
});
