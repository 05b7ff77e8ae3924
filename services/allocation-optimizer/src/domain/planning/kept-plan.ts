import { err, ok, type EpochMs, epochMs, type Result, type SessionId } from '@headroom/kernel';
import { BUDGET_MS } from './horizon.ts';
import {
  budgetsOf,
  dischargeBudgets,
  type Envelope,
  type Expected,
  type Plan,
  PLAN_VALID_MS,
  type PlanMode,
  type PlannedSession,
} from './plan.ts';
import { type Interval, MAX_PLAN_INTERVALS, MAX_PLAN_SESSIONS } from './question.ts';

/** A plan as it stands in the site's stream. */
export interface RecordedPlan extends Omit<Plan, 'planId' | 'siteId' | 'scarcity' | 'objectives'> {
  /** Of its owner, and its number there: of two the higher one is the newer. */
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly objectives: readonly { readonly name: string; readonly value: number; readonly gap: number }[];
}

/** What the fast loop follows of it, and the next owner takes over. */
export interface KeptPlan
  extends Pick<RecordedPlan, 'epoch' | 'seq' | 'siteVersion' | 'createdAtMs' | 'validUntilMs' | 'mode' | 'budgets'> {
  /** What sessions that have budgets had when it was made. One that is not in it: nobody knew. */
  readonly deliveredWh: ReadonlyMap<SessionId, number>;
  /** What cars are to give back in the first hour. Absent: nobody is. */
  readonly discharge?: Plan['discharge'];
  /** Of the first hour, without gaps. */
  readonly envelope: readonly Envelope[];
}

export function keptOf(plan: RecordedPlan): KeptPlan {
  const { epoch, seq, siteVersion, createdAtMs, validUntilMs, mode, budgets, sessions, envelope } = plan;
  const deliveredWh = new Map<SessionId, number>();
  for (const [sessionId, session] of sessions) {
    if (budgets.has(sessionId) && session.deliveredWh !== undefined) deliveredWh.set(sessionId, session.deliveredWh);
  }
  const firstHour = envelope.filter(({ fromMs }) => fromMs < createdAtMs + BUDGET_MS);
  return {
    ...{ epoch, seq, siteVersion, createdAtMs, validUntilMs, mode, budgets, deliveredWh, envelope: firstHour },
    ...(plan.discharge === undefined ? {} : { discharge: plan.discharge }),
  };
}

/** Numbers begin anew with each epoch. */
export const isNewerPlan = (
  a: Pick<KeptPlan, 'epoch' | 'seq'>,
  b: Pick<KeptPlan, 'epoch' | 'seq'> | undefined,
): boolean => b === undefined || a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);

/** A plan as it was told, not yet believed. */
export interface ToldPlan
  extends Pick<
    RecordedPlan,
    | 'epoch'
    | 'seq'
    | 'siteVersion'
    | 'createdAtMs'
    | 'validUntilMs'
    | 'snapshotHash'
    | 'notForCost'
    | 'costMicro'
    | 'carbonG'
    | 'expected'
    | 'objectives'
  > {
  readonly mode: PlanMode | undefined;
  /** Where intervals begin, and where the last one ends. */
  readonly boundsMs: readonly number[];
  readonly sessions: readonly (PlannedSession & { readonly sessionId: SessionId })[];
  readonly importW: readonly number[];
  readonly envelopeW: readonly number[];
}

/** 10 MWh: more than any car takes within an interval. */
const MOST_WH = 10_000_000;

/**
 * The plan, or why it is not believed. What we wrote was proven; what is read may be of another release, or broken. No limit hangs on
 * it, but a budget of NaN would be one for ever.
 */
export function recordedPlanOf(told: ToldPlan): Result<RecordedPlan, string> {
  const wrong = troubleOf(told);
  const { mode, boundsMs, sessions: toldSessions, envelopeW, expected, ...rest } = told;
  if (wrong !== undefined || mode === undefined) return err(`a plan ${wrong ?? 'of no mode'}`);
  const intervals = intervalsOf(boundsMs);
  const sessions = new Map(
    toldSessions.map(({ sessionId, energyWh, dischargeWh, ...session }): [SessionId, PlannedSession] => [
      sessionId,
      {
        ...{ ...session, energyWh: intervals.map((_, t) => energyWh[t] ?? 0) },
        ...(dischargeWh === undefined ? {} : { dischargeWh: intervals.map((_, t) => dischargeWh[t] ?? 0) }),
      },
    ]),
  );
  return ok({
    ...rest,
    ...(expected === undefined ? {} : { expected: filledTo(intervals.length, expected) }),
    ...{ mode, intervals, sessions, budgets: budgetsOf(intervals, sessions, told.createdAtMs) },
    ...dischargeBudgets(intervals, sessions, told.createdAtMs),
    envelope: envelopeW.map((powerW, t) => ({ ...(intervals[t] ?? { fromMs: 0, toMs: 0 }), powerW })),
  });
}

/** Zeros at the end are left out on the wire. */
function filledTo(count: number, { by, buildingW, pvW }: Expected): Expected {
  const filled = (watts: readonly number[]): readonly number[] =>
    Array.from({ length: count }, (_, t) => watts[t] ?? 0);
  return { by, buildingW: filled(buildingW), pvW: filled(pvW) };
}

const intervalsOf = (boundsMs: readonly number[]): readonly Interval[] =>
  boundsMs.slice(1).map((toMs, n) => ({ fromMs: epochMs(boundsMs[n] ?? 0), toMs: epochMs(toMs) }));

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function troubleOf(told: ToldPlan): string | undefined {
  const { createdAtMs, validUntilMs, boundsMs, sessions, importW, envelopeW, costMicro, carbonG, expected } = told;
  const count = boundsMs.length - 1;
  if (!isWhole(createdAtMs) || !isLater(validUntilMs, createdAtMs) || validUntilMs > createdAtMs + PLAN_VALID_MS)
    return `made at ${createdAtMs} that is valid until ${validUntilMs}`;
  if (count < 1 || count > MAX_PLAN_INTERVALS) return `of ${count} intervals, at most ${MAX_PLAN_INTERVALS}`;
  if (boundsMs.some((atMs, n) => !isLater(atMs, boundsMs[n - 1] ?? -1)))
    return 'of intervals that do not follow another';
  if (sessions.length > MAX_PLAN_SESSIONS) return `of ${sessions.length} sessions, at most ${MAX_PLAN_SESSIONS}`;
  if (envelopeW.length !== count || !envelopeW.every(isWhole)) return 'whose envelope is none';
  if (importW.length > count || !importW.every(Number.isSafeInteger)) return 'whose import is no power';
  if (costMicro !== undefined && !Number.isSafeInteger(costMicro)) return `that costs ${costMicro}`;
  if (carbonG !== undefined && !Number.isSafeInteger(carbonG)) return `that emits ${carbonG}`;
  if (expected !== undefined && !isExpectation(expected, count)) return 'whose forecast is none';
  const odd = sessions.find((session) => !isSession(session, count));
  return odd === undefined ? undefined : `with an odd session ${odd.sessionId}`;
}

/** Of a name of a forecaster. */
const NAME_CHARS_MAX = 64;

const isExpectation = ({ by, buildingW, pvW }: Expected, count: number): boolean =>
  by.length <= NAME_CHARS_MAX && [buildingW, pvW].every((watts) => watts.length <= count && watts.every(isWhole));

const isLater = (atMs: EpochMs, thanMs: EpochMs): boolean => isWhole(atMs) && atMs > thanMs;

const isSession = (
  { deliveredWh, needWh, missingWh, byMs, energyWh, dischargeWh = [], costMicro = 0, carbonG = 0 }: PlannedSession,
  count: number,
): boolean =>
  (deliveredWh === undefined || isWhole(deliveredWh)) &&
  [needWh, missingWh, byMs].every(isWhole) &&
  [costMicro, carbonG].every(Number.isSafeInteger) &&
  areEnergies(energyWh, count) &&
  areEnergies(dischargeWh, count);

const areEnergies = (energies: readonly number[], count: number): boolean =>
  energies.length <= count && energies.every((wh) => isWhole(wh) && wh <= MOST_WH);
