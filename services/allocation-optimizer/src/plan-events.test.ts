import { expect, test } from '@jest/globals';
import { epochMs, siteId } from '@headroom/kernel';
import { createKeptMetrics } from '@headroom/telemetry';
import { manualTime, shownMetric } from '@headroom/testing';
import { openLane, type SiteLane } from './app/site-lane.ts';
import { car, committed, connected, idOf, panelOf, Scene, siteOf, T0 } from './domain/given.fixture.ts';
import type { KeptPlan } from './domain/planning/kept-plan.ts';
import { createPlanEvents, observePlans } from './plan-events.ts';
import type { Planner } from './ports.ts';

const told: string[] = [];
const logger = { info: () => {}, warn: (event: string) => void told.push(event), error: () => {} };

test('ME11: plans by what became of them, how long they took, and their worst gap; only what somebody should know is logged', () => {
  const metrics = createKeptMetrics();
  const events = createPlanEvents(logger, metrics);
  expect(shownMetric(metrics, 'headroom_plans_total')).toEqual({ planned: 0 });
  events.planned({ siteId: 'a', solvedInMs: 40, gap: 1e-13 });
  for (const inARow of [1, 2]) {
    events.notPlanned({ siteId: 'a', reason: 'late', why: 'a test', isTold: inARow === 2, inARow });
  }
  expect(shownMetric(metrics, 'headroom_plans_total')).toEqual({ planned: 1, late: 2 });
  expect(shownMetric(metrics, 'headroom_plan_seconds')).toEqual({ '': 1 });
  expect(shownMetric(metrics, 'headroom_plan_gap')).toEqual({ '': 1 });
  expect(told).toEqual(['allocation.no-plan']);
});

const planner: Planner = {
  plan: () => Promise.reject(new Error('not in this test')),
  stats: { memoryBytes: 5_000_000, solvedInMs: 0, replacedWorkers: 2, waiting: 3 },
  stop: () => Promise.resolve(),
};

test('ME11: how wrong the forecast was over all sites, of building and sources; nothing where nothing was judged', () => {
  const metrics = createKeptMetrics();
  const lanes = [laneOf(1), laneOf(2), laneOf(3)];
  observePlans(metrics, { clock: manualTime(T0), tenures: { lanes: () => lanes }, planner });
  expect(shownMetric(metrics, 'headroom_forecast_error_ratio')).toEqual({});
  const score = (quarters: number, errorSumW: number, actualSumW: number) => ({ quarters, errorSumW, actualSumW });
  const judged = (day: number, load: ReturnType<typeof score>) => ({ day, load, pv: score(0, 0, 0) });
  const scored = [
    [judged(1, score(10, 500, 4_000)), judged(2, score(10, 100, 1_000))],
    [judged(2, score(20, 200, 5_000))],
  ];
  scored.forEach((scores, n) => Object.assign(lanes[n] ?? {}, { forecast: { scores } }));
  expect(shownMetric(metrics, 'headroom_forecast_error_ratio')).toEqual({ building: 0.08 });
  expect(shownMetric(metrics, 'headroom_forecast_error_watts')).toEqual({ building: 20 });
});

/** A site with a car, or without, that was decided for; its plan was made so long ago. */
function laneOf(ageMs: number | undefined, hasCar = true): SiteLane {
  const made = epochMs(T0 - (ageMs ?? 0));
  const plan: KeptPlan = {
    ...{ epoch: 1n, seq: 1n, siteVersion: 1, createdAtMs: made, validUntilMs: epochMs(made + 600_000), mode: 'energy' },
    ...{ budgets: new Map(), deliveredWh: new Map(), envelope: [] },
  };
  const scene = new Scene(siteOf({ ...panelOf(1), share: 'smoothed-laxity' })).given(
    [connected(1), committed(1, 60), ...(hasCar ? car(1) : [])],
    ageMs === undefined ? [] : { kind: 'plan-made', plan },
  );
  const lane = openLane(siteId(`site-${ageMs}-${hasCar}-${idOf(1)}`), {
    ...{ shard: 0, epoch: 1n, decidingEpoch: () => 1n, fence: () => true, isOver: () => false },
    ...{ dispatcherEpoch: () => 0n, positions: () => [], track: () => undefined },
  });
  const decision = scene.decideAt(T0);
  return Object.assign(lane, { model: scene.site, state: scene.state, decision });
}

test('ME11: sites by whether they have a plan to follow, and the age of the oldest; who has nobody to plan for is not counted', () => {
  const metrics = createKeptMetrics();
  const lanes = [laneOf(10_000), laneOf(250_000), laneOf(600_000), laneOf(undefined), laneOf(900_000, false)];
  observePlans(metrics, { clock: manualTime(T0), tenures: { lanes: () => lanes }, planner });
  expect(shownMetric(metrics, 'headroom_sites_by_plan')).toEqual({
    ...{ followed: 2, expired: 1, none: 1 },
    ...{ 'too-old': 0, 'from-the-future': 0, 'other-site-version': 0 },
  });
  expect(shownMetric(metrics, 'headroom_plan_age_seconds')).toEqual({ '': 600 });
  expect(shownMetric(metrics, 'headroom_plans_waiting')).toEqual({ '': 3 });
  expect(shownMetric(metrics, 'headroom_planner_memory_bytes')).toEqual({ '': 5_000_000 });
  expect(shownMetric(metrics, 'headroom_planner_replaced_total')).toEqual({ '': 2 });
});
