import type { CircuitId, EpochMs, SessionId, SiteId } from '@headroom/kernel';
import type { RowKind } from '@headroom/site-model';
import { BUDGET_MS } from './horizon.ts';
import type { LevelName } from './plan-levels.ts';
import type { PlanProgram } from './plan-program.ts';
import { hoursOf, type Interval, type PlanQuestion, reachableKwh } from './question.ts';
import { carbonOf, type SessionShare, sharesOf } from './plan-shares.ts';
import { costOf, type Schedule } from './schedule.ts';

/** Budgets, not setpoints (5.4): what a session should have had by the end of an interval, whoever it takes it from. */
export interface Budget extends Interval {
  readonly energyWh: number;
}

/** What the whole site is planned to draw, whether the grid supplies it or its own sources, with some tolerance. Soft (LC6). */
export interface Envelope extends Interval {
  readonly powerW: number;
}

/** What an ampere more on a conductor would save. For people; it never bypasses the fast loop (PR6). */
export interface Scarcity extends Interval {
  readonly circuitId: CircuitId;
  readonly kind: RowKind;
  readonly perAmp: number;
}

/**
 * What becomes of what budgets leave (PR2). `energy`: it is handed out up to the limits. `cost`: up to the envelope, for everybody has
 * what he needs in time, and later it is cheaper.
 */
export type PlanMode = 'energy' | 'cost';

/**
 * Why a plan does not seek the lowest cost although it should. `short`: somebody misses what he could have had alone; `no-choice`: all
 * times cost the same.
 */
export const NOT_FOR_COST = ['prices-unknown', 'short', 'no-choice'] as const;
export type NotForCost = (typeof NOT_FOR_COST)[number];

/** What a session is expected to have. */
export interface PlannedSession extends SessionShare {
  /** When it was planned. Undefined: nobody knew. */
  readonly deliveredWh: number | undefined;
  readonly needWh: number;
  /** Of its need, what it is not expected to have by then. */
  readonly missingWh: number;
  readonly byMs: EpochMs;
  /** By interval of the plan. */
  readonly energyWh: readonly number[];
  /** What it gives back, by interval of the plan, as its supply sees it. Absent: nothing. */
  readonly dischargeWh?: readonly number[];
}

export interface Plan {
  readonly planId: string;
  readonly siteId: SiteId;
  readonly siteVersion: number;
  readonly snapshotHash: string;
  readonly createdAtMs: EpochMs;
  readonly validUntilMs: EpochMs;
  readonly mode: PlanMode;
  /** Absent: it seeks the lowest cost, or nobody asks for that. */
  readonly notForCost?: NotForCost;
  readonly intervals: readonly Interval[];
  readonly sessions: ReadonlyMap<SessionId, PlannedSession>;
  /** What the whole site is expected to import, by interval. */
  readonly importW: readonly number[];
  /** What it was told to expect of the building and of sources, by interval, and who said so. Absent: nobody. */
  readonly expected?: Expected;
  /** Over all intervals, in millionths of the currency. Undefined: prices are not known. */
  readonly costMicro: number | undefined;
  /** What all that is imported emits, in grams of CO2 equivalent. Absent: nobody says what a kWh does. */
  readonly carbonG?: number | undefined;
  /** Of the first hour. A session without one has no budget; it is served after those that have. */
  readonly budgets: ReadonlyMap<SessionId, readonly Budget[]>;
  /** The same of what cars give back (PV2). Absent: nobody does. */
  readonly discharge?: ReadonlyMap<SessionId, readonly Budget[]>;
  readonly envelope: readonly Envelope[];
  readonly scarcity: readonly Scarcity[];
  readonly objectives: readonly Objective[];
}

export interface Expected {
  /** At most 64 characters. */
  readonly by: string;
  readonly buildingW: readonly number[];
  readonly pvW: readonly number[];
}

export interface Objective {
  readonly name: LevelName;
  readonly value: number;
  /** Recomputed outside the solver (VF3). */
  readonly gap: number;
}

/** After this nobody follows it, whatever happened to the next one (PR7). */
export const PLAN_VALID_MS = 600_000;
/** The envelope leaves so much above what is planned: steps of pilots, cars that take their turn a little earlier. */
const ENVELOPE_TOLERANCE = 0.02;
const ENVELOPE_LEAST_TOLERANCE_W = 500;
/** A price below this is rounding. */
const LEAST_PRICE = 1e-7;
/** Less than this is not missing (kWh). */
const LEAST_MISSING_KWH = 0.001;

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
  const sessions = sessionsOf(question, schedule);
  return {
    ...names,
    siteId: question.siteId,
    siteVersion: question.siteVersion,
    createdAtMs: nowMs,
    validUntilMs: nowMs + PLAN_VALID_MS,
    ...modeOf(question, schedule),
    ...{ intervals, sessions, budgets: budgetsOf(intervals, sessions, nowMs) },
    ...dischargeBudgets(intervals, sessions, nowMs),
    importW: intervals.map((_, t) => Math.round((schedule.importKw[t] ?? 0) * 1_000)),
    ...expectedOf(question),
    costMicro: question.isPriced === false ? undefined : Math.round(costOf(question, schedule) * 1e6),
    ...carbonIn(question, schedule),
    envelope: intervals.map((interval, t) => ({ ...interval, powerW: envelopeW(drawnKw(question, schedule, t)) })),
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

/** Of the grid and of what its sources supply: the fast loop counts what is drawn, and knows of no sun to come. */
const drawnKw = ({ pvKw }: PlanQuestion, { importKw, exportKw, curtailedKw }: Schedule, t: number): number =>
  (importKw[t] ?? 0) + Math.max(0, (pvKw[t] ?? 0) - (curtailedKw[t] ?? 0) - (exportKw[t] ?? 0));

function carbonIn(question: PlanQuestion, schedule: Schedule): Pick<Plan, 'carbonG'> {
  const carbonG = carbonOf(question, schedule);
  return carbonG === undefined ? {} : { carbonG };
}

function expectedOf({ forecastBy: by, buildingKw, pvKw }: PlanQuestion): Pick<Plan, 'expected'> {
  if (by === undefined) return {};
  const wattsOf = (powers: readonly number[]): readonly number[] => powers.map((kw) => Math.round(kw * 1_000));
  return { expected: { by, buildingW: wattsOf(buildingKw), pvW: wattsOf(pvKw) } };
}

/** Who waits for a lower price must have what he needs in time all the same, and there must be a lower one. */
function modeOf(question: PlanQuestion, schedule: Schedule): Pick<Plan, 'mode' | 'notForCost'> {
  const { importPerKwh, demand } = question;
  if (question.objective === 'delivery') return { mode: 'energy' };
  if (question.isPriced === false) return { mode: 'energy', notForCost: 'prices-unknown' };
  if (isShort(question, schedule)) return { mode: 'energy', notForCost: 'short' };
  const isAlike =
    importPerKwh.every((price) => price === importPerKwh[0]) && demand.every(({ pricePerKw }) => pricePerKw === 0);
  return isAlike ? { mode: 'energy', notForCost: 'no-choice' } : { mode: 'cost' };
}

/** What a car could not take in its stay with the whole site for itself nobody keeps from it. */
const isShort = ({ sessions, intervals }: PlanQuestion, { shortfallKwh }: Schedule): boolean =>
  sessions.some((session, n) => {
    const beyond = session.needKwh - reachableKwh(session, intervals);
    return (shortfallKwh[n] ?? 0) - beyond > LEAST_MISSING_KWH;
  });

function sessionsOf(question: PlanQuestion, schedule: Schedule): ReadonlyMap<SessionId, PlannedSession> {
  const { intervals, sessions } = question;
  const { chargeKw, dischargeKw, shortfallKwh } = schedule;
  const shares = sharesOf(question, schedule);
  // A ten-thousandth of a Wh is what the solver leaves to chance.
  const wattHours = (powers: readonly number[] | undefined): readonly number[] =>
    intervals.map((interval, t) => Math.max(0, Math.floor((powers?.[t] ?? 0) * hoursOf(interval) * 1_000 + 1e-3)));
  const given = (n: number): Pick<PlannedSession, 'dischargeWh'> => {
    const dischargeWh = wattHours(dischargeKw[n]);
    return dischargeWh.some((wh) => wh > 0) ? { dischargeWh } : {};
  };
  return new Map(
    sessions.map(({ sessionId, needKwh, byMs, deliveredWh }, n) => [
      sessionId,
      {
        ...{ deliveredWh, byMs, needWh: Math.round(needKwh * 1_000) },
        missingWh: (shortfallKwh[n] ?? 0) > LEAST_MISSING_KWH ? Math.round((shortfallKwh[n] ?? 0) * 1_000) : 0,
        energyWh: wattHours(chargeKw[n]),
        ...given(n),
        ...shares[n],
      },
    ]),
  );
}

/** Of the first hour, who has any. */
export const budgetsOf = (
  intervals: readonly Interval[],
  sessions: Plan['sessions'],
  nowMs: EpochMs,
): Plan['budgets'] => inFirstHour(intervals, sessions, nowMs, ({ energyWh }) => energyWh);

/** The same of what is given back; nothing where nobody gives. */
export function dischargeBudgets(
  intervals: readonly Interval[],
  sessions: Plan['sessions'],
  nowMs: EpochMs,
): Pick<Plan, 'discharge'> {
  const discharge = inFirstHour(intervals, sessions, nowMs, ({ dischargeWh }) => dischargeWh ?? []);
  return discharge.size === 0 ? {} : { discharge };
}

function inFirstHour(
  intervals: readonly Interval[],
  sessions: Plan['sessions'],
  nowMs: EpochMs,
  ofSession: (session: PlannedSession) => readonly number[],
): ReadonlyMap<SessionId, readonly Budget[]> {
  const budgets = new Map<SessionId, readonly Budget[]>();
  for (const [sessionId, session] of sessions) {
    const energyWh = ofSession(session);
    const planned = intervals.flatMap((interval, t) => {
      const budgetWh = energyWh[t] ?? 0;
      return budgetWh > 0 && interval.fromMs < nowMs + BUDGET_MS ? [{ ...interval, energyWh: budgetWh }] : [];
    });
    if (planned.length > 0) budgets.set(sessionId, planned);
  }
  return budgets;
}

/** LC6: what may be drawn where so many watts are planned. */
export const tolerated = (plannedW: number): number =>
  plannedW + Math.max(ENVELOPE_LEAST_TOLERANCE_W, plannedW * ENVELOPE_TOLERANCE);

const envelopeW = (plannedKw: number): number => Math.ceil(tolerated(plannedKw * 1_000));
