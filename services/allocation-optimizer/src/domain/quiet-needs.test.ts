import { expect, test } from '@jest/globals';
import { epochMs, wattHours } from '@headroom/kernel';
import type { SharePolicy } from '@headroom/site-model';
import type { Fact } from './facts.ts';
import {
  all,
  asking,
  car,
  committed,
  idOf,
  limits,
  measured,
  panelOf,
  ready,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';
import { NEED_STEP_MS, needStepOf } from './need.ts';
import { bearsOnDecision, quietUntil } from './quiet.ts';

const HOUR_MS = 3_600_000;
/** Settled, and not at the beginning of a step. */
const RESTS_AT = epochMs(needStepOf(epochMs(T0 + 600_000)) + 50_000);

const registered = (n: number, wh: number, socPercent: number, atMs: number): Fact => {
  const fact = measured(n, 60, atMs);
  if (fact.kind !== 'evse-measured') throw new Error('it is a sample');
  return { ...fact, sample: { ...fact.sample, register: wattHours(wh), socPercent } };
};

/** Decides; both stations do as they are told. */
function obeyed(scene: Scene, atMs: number): void {
  const told = limits(scene.decideAt(atMs), 1, 2);
  scene.given(told.map((limit, i) => committed(i + 1, limit, { commanded: limit, atMs })));
}

/** Two cars on a panel that is full, one of which leaves in an hour; nothing has moved for a while. */
function resting(share: SharePolicy) {
  const scene = new Scene(siteOf({ ...panelOf(2, { fallback: 0 }, 300), share }));
  scene.given(all(1, 2, ready), all(1, 2, car), asking(1, 9_000, T0 + HOUR_MS), asking(2, 20_000, T0 + 6 * HOUR_MS));
  // Its phases are known by then, and that it has charged.
  for (const ms of [0, 30_000, 60_000]) scene.given([1, 2].map((n) => registered(n, 100 + ms / 30_000, 50, T0 + ms)));
  for (let ms: number = T0; ms < RESTS_AT; ms += 10_000) obeyed(scene, ms);
  obeyed(scene, RESTS_AT - 1_000);
  return scene;
}

function quietFrom(share: SharePolicy): number {
  const scene = resting(share);
  const before = scene.memory;
  scene.decideAt(RESTS_AT);
  return quietUntil({ site: scene.site, state: scene.state, before, memory: scene.memory, nowMs: RESTS_AT });
}

test('a decision that looks at needs stands until their next step, one that does not stands on', () => {
  const nextStepMs = needStepOf(RESTS_AT) + NEED_STEP_MS;
  expect(quietFrom('lowest-soc')).toBe(nextStepMs);
  expect(quietFrom('equal')).toBeGreaterThan(nextStepMs);
});

const bears = (share: SharePolicy, fact: Fact): boolean => {
  const scene = resting(share);
  const { site: model, state } = scene;
  return bearsOnDecision({ model, state, decidedAtMs: RESTS_AT }, scene.given(fact).state, idOf(1));
};

test.each<[string, Fact]>([
  ['energy', registered(1, 5_000, 50, RESTS_AT)],
  ['state of charge', registered(1, 102, 60, RESTS_AT)],
])('a sample with another %s bears on a decision that looks at needs, and on no other', (_, fact) => {
  expect(bears('density', fact)).toBe(true);
  expect(bears('equal', fact)).toBe(false);
});

test('a few Wh more bear on nothing', () => {
  expect(bears('density', registered(1, 130, 50, RESTS_AT))).toBe(false);
});

test('as the departure comes nearer, shares follow', () => {
  const scene = resting('density');
  const [first = 0] = limits(scene.decideAt(RESTS_AT), 1, 2);
  for (let ms = RESTS_AT; ms < RESTS_AT + HOUR_MS / 2; ms += 30_000) obeyed(scene, ms);
  const [last = 0] = limits(scene.decideAt(RESTS_AT + HOUR_MS / 2), 1, 2);
  expect(last).toBeGreaterThan(first);
});
