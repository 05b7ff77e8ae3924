import { expect, test } from '@jest/globals';
import {
  type CircuitId,
  epochMs,
  perPhase,
  type PerPhaseDeciAmps,
  sessionId,
  wattHours,
  deciAmps,
  circuitId,
  stationId,
} from '@headroom/kernel';
import type { ForecastAsk, Forecaster } from '../forecast/forecaster.ts';
import { MeasuredSite, METERED } from '../forecast/test-support/measured-site.ts';
import { objectionTo } from './check-schedule.ts';
import type { Fact } from '../facts.ts';
import {
  after,
  all,
  asked as gridAsks,
  car,
  chargingState,
  DEPOT,
  disconnected,
  panelOf,
  ready,
  siteOf,
  stationName,
  T0,
} from '../given.fixture.ts';
import { roleOf } from '../roles.ts';
import { planQuestionOf, ROLLING_STAY_MS, UNKNOWN_NEED_KWH, UNKNOWN_STAY_MS } from './plan-question-of.ts';
import type { PlanQuestion } from './question.ts';
import { planned, sum } from './test-support/questions.ts';

const HOUR_MS = 3_600_000;
const NOBODY: ReadonlyMap<CircuitId, PerPhaseDeciAmps> = new Map();

const wants = (n: number, energyWh: number, departureAtMs?: number): Fact => ({
  ...{
    kind: 'charging-requested',
    stationId: stationId(stationName(n)),
    evse: 1,
    sessionId: sessionId(`session-${n}`),
  },
  ...{ atMs: epochMs(T0), energy: wattHours(energyWh) },
  ...(departureAtMs === undefined ? {} : { departureAtMs: epochMs(departureAtMs) }),
});
const questionOf = (site: ReturnType<typeof siteOf>, facts: readonly Fact[], otherLoad = NOBODY): PlanQuestion =>
  planQuestionOf({ site, state: after(facts), given: new Map(), otherLoad, nowMs: epochMs(T0) });

test('what a forecaster says is what the plan expects, and the plan says whose it is; no row of it is another', () => {
  const site = { ...METERED, evses: siteOf(panelOf(1)).evses };
  const measured = new MeasuredSite();
  measured.tell(T0 - 1_000, 100, 40);
  const state = after(
    all(1, 1, (n) => [...ready(n), ...car(n)]),
    measured.state,
  );
  const otherLoad = new Map([[site.rootCircuitId, perPhase(() => deciAmps(150))]]);
  const asking = (forecaster?: Forecaster): PlanQuestion =>
    planQuestionOf({ site, state, given: new Map(), otherLoad, nowMs: epochMs(T0), forecaster });
  const heard: ForecastAsk[] = [];
  const told = asking({
    name: 'a test',
    forecast: (ask) => {
      heard.push(ask);
      return { loadW: ask.intervals.map((_, t) => t * 1_000), pvW: ask.intervals.map(() => 2_500) };
    },
  });
  // It is asked with what counts now, and with what the sources supply.
  expect(heard).toMatchObject([{ loadW: 150 * 69, pvW: 40 * 69, timezone: 'Europe/Paris', memory: undefined }]);
  expect(told).toMatchObject({ forecastBy: 'a test' });
  expect(told.buildingKw.slice(0, 3)).toEqual([0, 1, 2]);
  expect(new Set(told.pvKw)).toEqual(new Set([2.5]));
  const without = asking();
  expect(without).toMatchObject({ forecastBy: 'persistence' });
  expect(new Set(without.buildingKw)).toEqual(new Set([10.35]));
  // The one on which currents hang: other load stays as it counts, whatever anybody foresees.
  expect(told.rows).toEqual(without.rows);
  expect(told.rows.length).toBeGreaterThan(0);
});

test('MD9, MD10: what drivers said, and what is taken for it where they said nothing', () => {
  const facts = [
    ...all(1, 3, (n) => [...ready(n), ...car(n)]),
    ...[wants(1, 9_000, T0 + 5 * HOUR_MS), wants(2, 4_000, T0 - 1)],
  ];
  const { sessions } = questionOf(siteOf(panelOf(3)), facts);
  expect(sessions.map(({ sessionId, needKwh, byMs }) => [sessionId, needKwh, byMs])).toEqual([
    ['session-1', 9, T0 + 5 * HOUR_MS],
    ['session-2', 4, T0 + ROLLING_STAY_MS],
    ['session-3', UNKNOWN_NEED_KWH, T0 - 1_000_000 + 3 + UNKNOWN_STAY_MS],
  ]);
  expect(sessions.map(({ maxKw }) => maxKw)).toEqual([22.08, 22.08, 22.08]);
});

test('MD13: tier and weight are those of the EVSE; of one that says neither, the first and one', () => {
  const { evses, ...site } = panelOf(3);
  const tiered = evses.map((evse, i) => (i === 0 ? evse : { ...evse, tier: 1 + i, weight: 10 * i }));
  const facts = all(1, 3, (n) => [...ready(n), ...car(n)]);
  const { sessions } = questionOf(siteOf({ ...site, evses: tiered }), facts);
  expect(sessions.map(({ sessionId, tier, weight }) => [sessionId, tier, weight])).toEqual([
    ['session-1', 1, 1],
    ['session-2', 2, 10],
    ['session-3', 3, 20],
  ]);
});

test('MD12, PH4: an ampere of a limit is the power of its wiring; of DC what its supply bears at the lowest voltage, and less comes to the car', () => {
  const { evses, ...site } = panelOf(3);
  const kinds = [
    { dc: { outputMaxW: 18_000, efficiencyPercent: 94, powerFactorPercent: 98 } },
    { phases: ['l1', 'l2'] as const, wiring: 'line-to-line' as const },
    {},
  ];
  const wired = siteOf({ ...site, evses: evses.map((evse, i) => ({ ...evse, ...kinds[i] })) });
  const facts = all(1, 3, (n) => [...ready(n), ...car(n), wants(n, 30_000, T0 + 5 * HOUR_MS)]);
  const { sessions } = questionOf(wired, facts);
  expect(sessions.map(({ maxKw }) => maxKw)).toEqual([
    expect.closeTo(32 * 0.69 * 0.9 * 0.98, 9),
    expect.closeTo(32 * 0.23 * Math.sqrt(3), 9),
    expect.closeTo(32 * 0.69, 9),
  ]);
  expect(sessions.map(({ efficiency }) => efficiency)).toEqual([0.94, 1, 1]);
  // So the fast loop takes its time for them: 30 kWh with all of it.
  const state = after(facts);
  const laxities = [...wired.evses.values()].map((evse) => {
    const role = roleOf({ site: wired, evse, state, given: new Map(), nowMs: epochMs(T0) });
    return role.kind === 'contender' ? role.contender.need.laxityS : undefined;
  });
  const chargesS = (kw: number): number => Math.ceil((30 / kw) * 3_600);
  // A session that wants 30 kWh, to the minute in which its need is looked at.
  const leftS = (T0 + 5 * HOUR_MS - Math.floor(T0 / 60_000) * 60_000) / 1_000;
  expect(laxities).toEqual(
    [32 * 0.69 * 0.9 * 0.98 * 0.94, 32 * 0.23 * Math.sqrt(3), 32 * 0.69].map((kw) => leftS - chargesS(kw)),
  );
});

test('a car that has what it asked for is not planned, nor is an EVSE without one', () => {
  expect(questionOf(siteOf(panelOf(2)), [...ready(1), ...car(1), wants(1, 0), ...ready(2)]).sessions).toEqual([]);
});

test('MD9: a car that says for minutes that it wants nothing is not planned, whatever its driver asked for', () => {
  const facts = [...ready(1), ...car(1), wants(1, 9_000), chargingState(1, 'suspended-ev', T0 - 120_000)];
  expect(questionOf(siteOf(panelOf(1)), facts).sessions).toEqual([]);
});

test('PC4: each conductor has what other load and unsteered EVSEs leave of it', () => {
  const facts = [...all(1, 3, (n) => [...ready(n), ...car(n)]), disconnected(3, 1n, T0)];
  const otherLoad = new Map([[circuitId('grid'), perPhase(() => deciAmps(200))]]);
  const { rows, buildingKw } = questionOf(siteOf(panelOf(3)), facts, otherLoad);
  const roomOf = (circuit: string, kind: string) =>
    rows.find((row) => row.circuitId === circuit && row.kind === kind)?.roomA[0];
  // The offline one counts with its fallback of 6 A, and so does nobody else.
  expect(roomOf('panel-a', 'l2')).toBe(58);
  expect(roomOf('grid', 'l2')).toBe(320 - 20 - 6);
  expect(buildingKw[0]).toBeCloseTo(3 * 20 * 0.23, 9);
  const [row] = rows;
  expect(row?.members.map(({ place, ampsPerKw }) => [place, ampsPerKw])).toEqual(
    [0, 1].map((place) => [place, expect.closeTo(1 / 0.69, 9)]),
  );
});

test('SI27: a limit that the grid announced holds in its intervals, and in no other', () => {
  const facts = [...ready(1), ...car(1), gridAsks([[46_000, T0 + HOUR_MS, T0 + 2 * HOUR_MS]])];
  const { rows, intervals } = questionOf(siteOf(panelOf(1)), facts);
  const power = rows.find(({ kind }) => kind === 'power');
  const limited = intervals.flatMap(({ fromMs, toMs }, t) => (power?.roomA[t] === 200 ? [[fromMs, toMs]] : []));
  expect(limited[0]?.[0]).toBeLessThanOrEqual(T0 + HOUR_MS);
  expect(limited.at(-1)?.[1]).toBeGreaterThanOrEqual(T0 + 2 * HOUR_MS);
  expect(power?.roomA[0]).toBe(Infinity);
  expect(power?.roomA.at(-1)).toBe(Infinity);
});

test('the depot of the issue has a plan, and every car its energy', () => {
  const facts = all(1, 24, (n) => [...ready(n), ...car(n), wants(n, 30_000, T0 + 10 * HOUR_MS)]);
  const asked = questionOf(siteOf(DEPOT), facts);
  const { plan, schedule } = planned(asked);
  expect(objectionTo(asked, schedule)).toBeUndefined();
  expect(sum(schedule.shortfallKwh)).toBeCloseTo(0, 4);
  expect(plan.siteId).toBe('demo-depot');
});
