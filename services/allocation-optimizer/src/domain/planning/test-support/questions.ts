import { circuitId, epochMs, sessionId, siteId } from '@headroom/kernel';
import type { LinearProgram } from '@headroom/linear-program';
import { openHighs } from '@headroom/linear-program/highs';
import { horizonOf } from '../horizon.ts';
import { makePlan } from '../make-plan.ts';
import type { Plan } from '../plan.ts';
import { planProgram } from '../plan-program.ts';
import type { Interval, PlanQuestion, PlanRow, PlanSession } from '../question.ts';
import { type Schedule, scheduleOf } from '../schedule.ts';

/** 2026-11-26 12:00 UTC. */
export const NOON_MS = epochMs(Date.UTC(2026, 10, 26, 12));
export const HOUR_MS = 3_600_000;
const NAMES = { planId: 'plan-1', snapshotHash: 'hash' };

const solver = await openHighs();
export const solve = (program: LinearProgram) => solver.solve(program, { timeLimitS: 20 }).claimed;

export const session = (n: number, change: Partial<PlanSession> = {}): PlanSession => ({
  sessionId: sessionId(`session-${n}`),
  tier: 1,
  weight: 1,
  fromMs: NOON_MS,
  byMs: epochMs(NOON_MS + 4 * HOUR_MS),
  needKwh: 4,
  maxKw: 8,
  efficiency: 1,
  ...change,
});

/** One conductor on which a kW is an ampere, so that its room is a power. */
export const lineOf = (sessions: readonly PlanSession[], roomA: readonly number[]): PlanRow => ({
  ...{ circuitId: circuitId('grid'), kind: 'l1', roomA, batteryAmpsPerKw: 0 },
  members: sessions.map((_, place) => ({ place, ampsPerKw: 1 })),
});

export interface Asked {
  readonly sessions: readonly PlanSession[];
  /** Of the one line, in each interval. */
  readonly room?: (interval: Interval) => number;
  readonly price?: (interval: Interval) => number;
  readonly hours?: number;
  readonly change?: (intervals: readonly Interval[]) => Partial<PlanQuestion>;
}

export function question({ sessions, room, price, hours = 4, change }: Asked): PlanQuestion {
  const intervals = horizonOf(NOON_MS, epochMs(NOON_MS + hours * HOUR_MS));
  const each = (value: number): readonly number[] => intervals.map(() => value);
  return {
    ...{ siteId: siteId('site'), siteVersion: 1, nowMs: NOON_MS, intervals, sessions },
    rows: [lineOf(sessions, intervals.map(room ?? (() => 100)))],
    ...{ buildingKw: each(0), pvKw: each(0), importPerKwh: intervals.map(price ?? (() => 0.2)), exportPerKwh: each(0) },
    ...{ importLimitKw: each(1_000), exportLimitKw: 0, askedLimitKw: each(Infinity) },
    ...{ battery: undefined, demand: [], windowSoFarKwh: 0 },
    ...change?.(intervals),
  };
}

export interface Planned {
  readonly plan: Plan;
  /** Of the last level. */
  readonly schedule: Schedule;
}

/** The plan of a question that has one, and the schedule behind it. */
export function planned(asked: PlanQuestion): Planned {
  const { columns } = planProgram(asked);
  let schedule: Schedule | undefined;
  const result = makePlan(asked, NAMES, (program) => {
    const claimed = solve(program);
    if (claimed !== undefined) schedule = scheduleOf(columns, claimed.colValue);
    return claimed;
  });
  if (result.kind !== 'planned' || schedule === undefined) throw new Error(`no plan: ${JSON.stringify(result)}`);
  return { plan: result.plan, schedule };
}

export const objective = ({ plan }: Planned, name: string): number | undefined =>
  plan.objectives.find((one) => one.name === name)?.value;

/** Energy of a session in each interval (kWh). */
export const energies = ({ intervals }: PlanQuestion, { chargeKw }: Schedule, n: number): readonly number[] =>
  intervals.map(({ fromMs, toMs }, t) => ((chargeKw[n]?.[t] ?? 0) * (toMs - fromMs)) / HOUR_MS);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Of intervals, those of an hour after noon. */
export const inHour =
  (hour: number) =>
  ({ fromMs }: { readonly fromMs: number }) =>
    Math.floor((fromMs - NOON_MS) / HOUR_MS) === hour;
