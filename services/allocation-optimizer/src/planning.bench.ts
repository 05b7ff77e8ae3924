import process from 'node:process';
import { circuitId, epochMs, GRID_PHASES, sessionId, siteId } from '@headroom/kernel';
import type { LinearProgram } from '@headroom/linear-program';
import { openHighs } from '@headroom/linear-program/highs';
import { type BenchRow, quantile, stopwatch, tellTable } from '@headroom/testing';
import { horizonOf } from './domain/planning/horizon.ts';
import { makePlan } from './domain/planning/make-plan.ts';
import { planProgram } from './domain/planning/plan-program.ts';
import type { PlanQuestion, PlanSession } from './domain/planning/question.ts';

// One plan, cold, in the thread of the bench: model, every level, verification, check, budgets.

interface Load {
  readonly what: string;
  readonly sessions: number;
  /** All of them the whole day, instead of stays of some hours. */
  readonly allDay: boolean;
  /** A plan before it that the next one stays near, as of a site that is planned every five minutes. */
  readonly isNext?: true;
  /** Of each ten cars one at an accessible bay, two with too little in their batteries, two with a least power. */
  readonly hasRules?: true;
  readonly plans: number;
  readonly aimMs: number;
}
const LOADS: readonly Load[] = [
  { what: 'stays of hours', sessions: 50, allDay: false, plans: 20, aimMs: 100 },
  { what: 'stays of hours', sessions: 200, allDay: false, plans: 20, aimMs: 100 },
  { what: 'stays of hours, near the plan before', sessions: 200, allDay: false, isNext: true, plans: 20, aimMs: 100 },
  { what: 'stays of hours, rules of bays', sessions: 200, allDay: false, hasRules: true, plans: 20, aimMs: 300 },
  { what: 'all present', sessions: 200, allDay: true, plans: 5, aimMs: 500 },
  { what: 'stays of hours', sessions: 1_000, allDay: false, plans: 3, aimMs: 1_000 },
];
const HOUR_MS = 3_600_000;
const NOON_MS = Date.UTC(2026, 10, 26, 12);
const HORIZON_H = 24;
const PANEL = 10;
/** Of what its cars would take together, a site can give so much. */
const SITE_SHARE = 0.2;
const PANEL_SHARE = 0.6;

/** The same numbers in every run. */
function createDice(seed: number): (low: number, high: number) => number {
  let state = seed;
  return (low, high) => {
    state = (state * 48_271) % 2_147_483_647;
    return low + ((high - low) * state) / 2_147_483_647;
  };
}

/** As of a document with rules; by its place, so that the others are what they are without. */
function ruled(session: PlanSession, n: number): PlanSession {
  const { maxKw, needKwh } = session;
  if (n % 10 === 0) return { ...session, assured: { kw: maxKw / 2, minKw: 1.4 } };
  if (n % 10 < 3) return { ...session, firstKwh: needKwh / 4 };
  return n % 10 < 5 ? { ...session, leastKw: maxKw / 2 } : session;
}

function questionOf({ sessions: count, allDay, hasRules }: Load, seed: number): PlanQuestion {
  const dice = createDice(seed + 1);
  const nowMs = epochMs(NOON_MS);
  const intervals = horizonOf(nowMs, epochMs(NOON_MS + HORIZON_H * HOUR_MS));
  const sessions = Array.from({ length: count }, (_, n): PlanSession => {
    const fromMs = NOON_MS + (allDay ? 0 : dice(0, 16) * HOUR_MS);
    const byMs = allDay ? NOON_MS + HORIZON_H * HOUR_MS : fromMs + dice(2, 9) * HOUR_MS;
    const of = { sessionId: sessionId(`session-${n}`), tier: 1 + (n % 2), weight: 1, efficiency: 1 };
    const maxKw = n % 3 === 0 ? 22 : 7.4;
    const session = { ...of, fromMs: epochMs(fromMs), byMs: epochMs(byMs), needKwh: dice(5, 40), maxKw };
    return hasRules === true ? ruled(session, n) : session;
  });
  const each = (value: (t: number) => number): readonly number[] => intervals.map((_, t) => value(t));
  const members = (phase: number, isIn: (n: number) => boolean) =>
    sessions.flatMap(({ maxKw }, place) => {
      const threePhase = maxKw > 10;
      return isIn(place) && (threePhase || place % 3 === phase)
        ? [{ place, ampsPerKw: threePhase ? 1 / 0.69 : 1 / 0.23 }]
        : [];
    });
  const row = (name: string, phase: number, share: number, isIn: (n: number) => boolean) => {
    const all = members(phase, isIn);
    const wantA = all.reduce((sum, { place, ampsPerKw }) => sum + (sessions[place]?.maxKw ?? 0) * ampsPerKw, 0);
    return {
      circuitId: circuitId(name),
      kind: GRID_PHASES[phase] ?? 'l1',
      roomA: each(() => wantA * share),
      members: all,
      batteryAmpsPerKw: 0,
    };
  };
  const phases = GRID_PHASES.map((_, phase) => phase);
  const panels = Array.from({ length: Math.min(20, Math.ceil(count / PANEL)) }, (_, panel) => panel);
  return {
    ...{ siteId: siteId('bench'), siteVersion: 1, nowMs, intervals, sessions },
    rows: [
      ...phases.map((phase) => row('grid', phase, SITE_SHARE, () => true)),
      ...panels.flatMap((panel) =>
        phases.map((phase) => row(`panel-${panel}`, phase, PANEL_SHARE, (n) => n % panels.length === panel)),
      ),
    ],
    buildingKw: each((t) => count * (0.2 + (t % 9) / 50)),
    pvKw: each((t) => (t < 30 ? count * 0.3 : 0)),
    importPerKwh: each((t) => [0.29, 0.29, 0.14, 0.09][Math.floor(t / 25) % 4] ?? 0.14),
    exportPerKwh: each(() => 0.06),
    ...{
      importLimitKw: each(() => count * 20),
      exportLimitKw: count,
      askedLimitKw: each(() => Infinity),
      windowSoFarKwh: 0,
    },
    battery: {
      capacityKwh: count,
      energyKwh: count / 2,
      maxChargeKw: count / 2,
      maxDischargeKw: count / 2,
      efficiency: 0.95,
      wearPerKwh: 0.02,
    },
    demand: [
      { fromMs: epochMs(0), toMs: epochMs(NOON_MS * 2), pricePerKw: 14, peakKw: count * 0.5, targetKw: undefined },
    ],
  };
}

const solver = await openHighs();
const solveOne = (program: LinearProgram) => solver.solve(program, { timeLimitS: 60 }).claimed;

/** The same question, with the first hour of a plan of it as what was planned before. */
function nearOne(question: PlanQuestion): PlanQuestion {
  const result = makePlan(question, { planId: 'before', snapshotHash: '' }, solveOne);
  if (result.kind === 'no-plan') return question;
  const { budgets } = result.plan;
  const hour = question.intervals.filter(({ fromMs }) => fromMs < NOON_MS + HOUR_MS);
  const sessions = question.sessions.map((session): PlanSession => {
    const budget = budgets.get(session.sessionId);
    if (budget === undefined) return session;
    const whIn = (fromMs: number): number => budget.find((each) => each.fromMs === fromMs)?.energyWh ?? 0;
    return { ...session, lastKw: hour.map(({ fromMs, toMs }) => (whIn(fromMs) * 3_600) / (toMs - fromMs)) };
  });
  return { ...question, sessions };
}
const rows: BenchRow[] = [];
const aims: { readonly what: string; readonly unit: string; readonly value: number; readonly atMost: number }[] = [];
for (const load of LOADS) {
  process.stdout.write(`  ${load.sessions} sessions, ${load.what} ...\n`);
  const tookMs: number[] = [];
  let solves = 0;
  let why = '';
  for (let seed = 0; seed < load.plans; seed += 1) {
    const question = load.isNext === true ? nearOne(questionOf(load, seed)) : questionOf(load, seed);
    const watch = stopwatch();
    const result = makePlan(question, { planId: 'bench', snapshotHash: '' }, (program) => {
      solves += 1;
      return solveOne(program);
    });
    tookMs.push(watch().cpuMs);
    if (result.kind === 'no-plan') why = `${result.reason}: ${result.why}`;
  }
  const { program } = planProgram(questionOf(load, 0));
  const [median = 0, worst = 0] = [quantile(tookMs, 0.5), quantile(tookMs, 1)];
  rows.push({
    ...{
      sessions: load.sessions,
      of: load.what,
      columns: program.columns,
      rows: program.rows,
      entries: program.values.length,
    },
    ...{
      'levels a plan': solves / load.plans,
      'CPU p50 ms': median,
      'CPU worst ms': worst,
      'solver MB': solver.memoryBytes() / 1e6,
      failed: why,
    },
  });
  aims.push({
    what: `a plan of ${load.sessions} sessions, ${load.what}`,
    unit: 'ms',
    value: worst,
    atMost: load.aimMs,
  });
}
await tellTable({
  title: 'One plan over 24 h, cold: site, panels, PV, battery, time of use, demand charge, two tiers',
  rows,
  aims,
  notes: ['All levels together, one after the other. The aims are those of a plan of one level.'],
});
