import type { CircuitId, EpochMs, SessionId, SiteId } from '@headroom/kernel';
import type { RowKind } from '@headroom/site-model';
import type { LevelName, PlanProgram } from './plan-program.ts';
import { hoursOf, type Interval, type PlanQuestion } from './question.ts';
import type { Schedule } from './schedule.ts';

/** Budgets, not setpoints (5.4): what a session should have had by the end of an interval, whoever it takes it from. */
export interface Budget extends Interval {
  readonly energyWh: number;
}

/** What the whole site is planned to draw, with some tolerance. Soft (LC6). */
export interface Envelope extends Interval {
  readonly powerW: number;
}

/** What an ampere more on a conductor would save. For people; it never bypasses the fast loop (PR6). */
export interface Scarcity extends Interval {
  readonly circuitId: CircuitId;
  readonly kind: RowKind;
  readonly perAmp: number;
}

export interface Plan {
  readonly planId: string;
  readonly siteId: SiteId;
  readonly siteVersion: number;
  readonly snapshotHash: string;
  readonly createdAtMs: EpochMs;
  readonly validUntilMs: EpochMs;
  /** Of the first hour. A session without one has no budget; it is served after those that have. */
  readonly budgets: ReadonlyMap<SessionId, readonly Budget[]>;
  readonly envelope: readonly Envelope[];
  readonly scarcity: readonly Scarcity[];
  readonly objectives: readonly Objective[];
}

export interface Objective {
  readonly name: LevelName;
  readonly value: number;
  /** Recomputed outside the solver (VF3). */
  readonly gap: number;
}

export const BUDGET_MS = 3_600_000;
/** After this nobody follows it, whatever happened to the next one (PR7). */
export const PLAN_VALID_MS = 600_000;
/** The envelope leaves so much above what is planned: steps of pilots, cars that take their turn a little earlier. */
const ENVELOPE_TOLERANCE = 0.02;
const ENVELOPE_LEAST_TOLERANCE_KW = 0.5;
/** A price below this is rounding. */
const LEAST_PRICE = 1e-7;

export interface PlanNames {
  readonly planId: string;
  readonly snapshotHash: string;
}

export function planOf(of: {
  readonly question: PlanQuestion;
  readonly names: PlanNames;
  readonly schedule: Schedule;
  readonly model: PlanProgram;
  /** Of the level that people are shown: of a shortfall, or else of the cost. */
  readonly rowDual: Float64Array;
  readonly objectives: readonly Objective[];
}): Plan {
  const { question, names, schedule, model, rowDual, objectives } = of;
  const { intervals, nowMs } = question;
  return {
    ...names,
    siteId: question.siteId,
    siteVersion: question.siteVersion,
    createdAtMs: nowMs,
    validUntilMs: nowMs + PLAN_VALID_MS,
    budgets: budgetsOf(question, schedule),
    envelope: intervals.map((interval, t) => ({ ...interval, powerW: envelopeW(schedule.importKw[t] ?? 0) })),
    scarcity: question.rows.flatMap(({ circuitId, kind }, n) =>
      intervals.flatMap((interval, t) => {
        const row = model.lines[n]?.[t] ?? -1;
        const perAmp = row < 0 ? 0 : 0 - (rowDual[row] ?? 0);
        return perAmp > LEAST_PRICE ? [{ ...interval, circuitId, kind, perAmp }] : [];
      }),
    ),
    objectives,
  };
}

function budgetsOf(question: PlanQuestion, { chargeKw }: Schedule): ReadonlyMap<SessionId, readonly Budget[]> {
  const { intervals, sessions, nowMs } = question;
  const budgets = new Map<SessionId, readonly Budget[]>();
  sessions.forEach(({ sessionId }, n) => {
    const planned = intervals.flatMap((interval, t) => {
      if (interval.fromMs >= nowMs + BUDGET_MS) return [];
      const energyWh = Math.floor((chargeKw[n]?.[t] ?? 0) * hoursOf(interval) * 1_000 + 1e-3);
      return energyWh > 0 ? [{ ...interval, energyWh }] : [];
    });
    if (planned.length > 0) budgets.set(sessionId, planned);
  });
  return budgets;
}

const envelopeW = (plannedKw: number): number =>
  Math.ceil((plannedKw + Math.max(ENVELOPE_LEAST_TOLERANCE_KW, plannedKw * ENVELOPE_TOLERANCE)) * 1_000);
