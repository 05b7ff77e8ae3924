import type { CircuitId, EpochMs, SessionId, SiteId } from '@headroom/kernel';
import type { PlanObjective, RowKind } from '@headroom/site-model';

// What a plan is asked. Powers in kW, energies in kWh, money in any one currency: the only place of the platform with fractions.

/** Half-open. */
export interface Interval {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** A car that is present or booked. */
export interface PlanSession {
  readonly sessionId: SessionId;
  /** Lower ones are served before higher ones (MD13). */
  readonly tier: number;
  /** Inside its tier, above 0. */
  readonly weight: number;
  readonly fromMs: EpochMs;
  /** By then it has what it needs, if anything can do that (PC1). */
  readonly byMs: EpochMs;
  readonly needKwh: number;
  readonly maxKw: number;
  /** What reaches the battery of what is drawn, above 0 and at most 1. */
  readonly efficiency: number;
  /** So far in its session. Absent: nobody knows. */
  readonly deliveredWh?: number | undefined;
  /** What the plan before gave it, by interval from now on, as far as that plan's budgets go (PO5). Absent: there was none. */
  readonly lastKw?: readonly number[];
  /** What it may give back (PV2). Absent: nothing. */
  readonly discharge?: PlanDischarge | undefined;
  /** What it has before others have anything (C61, C70). Absent: nothing. */
  readonly assured?: PlanAssured;
  /** As far as budgets go it has so much or nothing in an interval, by the rules of its bay (C65). Absent: any power. */
  readonly leastKw?: number;
  /**
   * So much more is to be in its battery before others of its tier have anything, by the rules of its bay (C65). More than its need is the need.
   * Absent: nothing.
   */
  readonly firstKwh?: number;
}

/** C65: what comes before what others of its tier want. */
export const firstKwhOf = ({ firstKwh = 0, needKwh }: PlanSession): number => Math.min(firstKwh, needKwh);

/** As far as rows allow, a session has it in every step until its need is met; see `assuredKwOf`. */
export interface PlanAssured {
  /** Of an accessible bay; 0: it is none. */
  readonly kw: number;
  /** Less than this is nothing to its car. */
  readonly minKw: number;
  /** Until then it has all that it can take, after what is assured to accessible bays. Absent: it is not boosted. */
  readonly boostedUntilMs?: EpochMs;
}

/** Of a car whose driver lets it give back what it holds, at an EVSE that can take it (V2G). */
export interface PlanDischarge {
  /** As its supply sees it. */
  readonly maxKw: number;
  /** What reaches the supply of what leaves the battery, above 0 and at most 1. */
  readonly efficiency: number;
  /** Price of a kWh given back: wear, and what its driver has for it. */
  readonly wearPerKwh: number;
  /** In its battery when it comes, or now if it is here. */
  readonly heldKwh: number;
  /** Never less than this is in it. */
  readonly keepKwh: number;
}

/** A conductor of a circuit, or its power as a sum over its phases (PC4). */
export interface PlanRow {
  readonly circuitId: CircuitId;
  readonly kind: RowKind;
  /** In each interval, what is left for what is planned: other load is taken off, and reserves (LC7). Infinity: no limit. */
  readonly roomA: readonly number[];
  /** By place in the list of sessions. */
  readonly members: readonly { readonly place: number; readonly ampsPerKw: number }[];
  /** Of a site battery below it; 0: none. It loads the conductor while it charges; what it supplies is never counted on (MD16). */
  readonly batteryAmpsPerKw: number;
  /** What it bears of all that is given back through it (MD18), whatever is drawn. Absent: no limit but that of what is planned elsewhere. */
  readonly backA?: number;
}

export interface PlanBattery {
  readonly capacityKwh: number;
  readonly energyKwh: number;
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  /** One way. */
  readonly efficiency: number;
  /** Price of a kWh through it. */
  readonly wearPerKwh: number;
}

/** A billing period of a demand charge (PV7, MD21). */
export interface DemandPeriod extends Interval {
  readonly pricePerKw: number;
  /** Billed already. */
  readonly peakKw: number;
  /** A peak that costs nothing more because it is expected anyway (PO4); undefined: none. */
  readonly targetKw: number | undefined;
  /** Power counts in windows that begin within one of these; in order. Absent: in all of the period. */
  readonly only?: readonly Interval[];
  /**
   * Nor does any interval of a window draw more than the peak: the mean of a window would let a plan take all of it
   * in its first minutes, and what is then late in the field nobody can catch up with. Absent: only means count.
   */
  readonly isEven?: true;
}

/** Whether a demand window that begins at `ms` counts for it. */
export const countsIn = ({ fromMs, toMs, only }: DemandPeriod, ms: EpochMs): boolean =>
  ms >= fromMs && ms < toMs && (only === undefined || only.some((span) => ms >= span.fromMs && ms < span.toMs));

export interface PlanQuestion {
  readonly siteId: SiteId;
  readonly siteVersion: number;
  readonly nowMs: EpochMs;
  /** Without gaps, the first one begins now. */
  readonly intervals: readonly Interval[];
  readonly sessions: readonly PlanSession[];
  readonly rows: readonly PlanRow[];
  /** In each interval. */
  readonly buildingKw: readonly number[];
  readonly pvKw: readonly number[];
  /** Who said so. Absent: it was given. */
  readonly forecastBy?: string;
  readonly importPerKwh: readonly number[];
  readonly exportPerKwh: readonly number[];
  /** False: nobody knows prices, and those above only stand for "the same at any time". Absent: they are prices. */
  readonly isPriced?: boolean;
  /** What a kWh from the grid emits, in g of CO2 equivalent, 0 or more. Absent: nobody says. */
  readonly carbonGPerKwh?: readonly number[] | undefined;
  /** What is made as good as possible after all needs. `delivery`: all times cost the same, whatever their prices. Absent: cost. */
  readonly objective?: PlanObjective;
  /** Never broken. */
  readonly importLimitKw: readonly number[];
  readonly exportLimitKw: number;
  /** Broken only where nothing else helps, and then as little as possible (PV8); Infinity: nothing is asked. */
  readonly askedLimitKw: readonly number[];
  readonly battery: PlanBattery | undefined;
  readonly demand: readonly DemandPeriod[];
  /** Imported in the demand window that has begun. */
  readonly windowSoFarKwh: number;
}

export const MAX_PLAN_SESSIONS = 1_000;
export const MAX_PLAN_INTERVALS = 200;
export const MAX_PLAN_ROWS = 400;
/** Sessions times intervals in which they are present. */
export const MAX_PLAN_CELLS = 100_000;
/** The same of who is assured something, and of whose battery is to hold something first: each of these asks for two rows more. */
export const MAX_PLAN_RULED_CELLS = 40_000;

export const hoursOf = ({ fromMs, toMs }: Interval): number => (toMs - fromMs) / 3_600_000;

/** The part of an interval in which a session may charge (PC3). */
export function presenceIn({ fromMs, byMs }: PlanSession, interval: Interval): number {
  const presentMs = Math.min(byMs, interval.toMs) - Math.max(fromMs, interval.fromMs);
  return Math.max(0, presentMs) / (interval.toMs - interval.fromMs);
}

/** What it could get with no limit but its own, up to its need. */
export function reachableKwh(session: PlanSession, intervals: readonly Interval[]): number {
  const hours = intervals.reduce((sum, interval) => sum + presenceIn(session, interval) * hoursOf(interval), 0);
  return Math.min(session.needKwh, session.maxKw * hours * session.efficiency);
}

/**
 * What a session may give back in this plan; undefined: nothing. A car that holds less than it is to keep, or than
 * the rules of its bay ask for, charges first, and one that could
 * not have all it needs even alone gives nothing away (PC12). Nor does anybody while a price below 0 is known: emptying a battery by its losses
 * would pay then, and a program in lines cannot forbid a car to take and give at once.
 */
export function dischargeOf(session: PlanSession, question: PlanQuestion): PlanDischarge | undefined {
  const { discharge } = session;
  if (discharge === undefined || discharge.maxKw <= 0 || discharge.heldKwh < discharge.keepKwh) return undefined;
  if (firstKwhOf(session) > 0) return undefined;
  if ([...question.importPerKwh, ...question.exportPerKwh].some((price) => price < 0)) return undefined;
  return reachableKwh(session, question.intervals) < session.needKwh ? undefined : discharge;
}

/** Why a question is not asked; undefined: it is. */
export function troubleOf(question: PlanQuestion): string | undefined {
  const { intervals, sessions, rows } = question;
  if (intervals.length === 0) return 'no intervals';
  if (intervals.length > MAX_PLAN_INTERVALS) return `${intervals.length} intervals, at most ${MAX_PLAN_INTERVALS}`;
  if (sessions.length > MAX_PLAN_SESSIONS) return `${sessions.length} sessions, at most ${MAX_PLAN_SESSIONS}`;
  if (rows.length > MAX_PLAN_ROWS) return `${rows.length} rows, at most ${MAX_PLAN_ROWS}`;
  const cells = cellsOf(intervals, sessions);
  if (cells > MAX_PLAN_CELLS) return `${cells} sessions times intervals, at most ${MAX_PLAN_CELLS}`;
  const isAssured = sessions.filter(({ assured }) => assured !== undefined);
  const ruled = cellsOf(intervals, isAssured) + cellsOf(intervals, sessions.filter(hasFirst));
  if (ruled > MAX_PLAN_RULED_CELLS)
    return `${ruled} sessions with rules times intervals, at most ${MAX_PLAN_RULED_CELLS}`;
  if (rows.some(({ backA = 0 }) => !(backA >= 0))) return 'a row that bears no number of amperes back';
  const { battery } = question;
  if (battery !== undefined && !(battery.energyKwh >= 0 && battery.energyKwh <= battery.capacityKwh))
    return `a battery of ${battery.capacityKwh} kWh with ${battery.energyKwh} kWh in it`;
  return seriesTrouble(question) ?? sessions.map(sessionTrouble).find((trouble) => trouble !== undefined);
}

const hasFirst = (session: PlanSession): boolean => firstKwhOf(session) > 0;

const cellsOf = (intervals: readonly Interval[], sessions: readonly PlanSession[]): number =>
  sessions.reduce((sum, session) => sum + intervals.filter((interval) => presenceIn(session, interval) > 0).length, 0);

function seriesTrouble(question: PlanQuestion): string | undefined {
  const { intervals, rows, buildingKw, pvKw, importPerKwh, exportPerKwh, importLimitKw, askedLimitKw } = question;
  const { carbonGPerKwh = intervals.map(() => 0) } = question;
  const series = { buildingKw, pvKw, importPerKwh, exportPerKwh, importLimitKw, askedLimitKw, carbonGPerKwh };
  const limits = new Set(['importLimitKw', 'askedLimitKw']);
  for (const [name, values] of Object.entries(series)) {
    if (values.length !== intervals.length)
      return `${name} has ${values.length} values for ${intervals.length} intervals`;
    if (values.some((value) => Number.isNaN(value) || (!limits.has(name) && !Number.isFinite(value))))
      return `${name} has a value that is no number`;
  }
  const short = rows.find(({ roomA }) => roomA.length !== intervals.length || roomA.some(Number.isNaN));
  return short === undefined ? undefined : `${short.circuitId} ${short.kind} does not say its room in each interval`;
}

function sessionTrouble(session: PlanSession): string | undefined {
  const { sessionId, needKwh, maxKw, efficiency, weight } = session;
  if (!Number.isFinite(needKwh) || needKwh < 0) return `${sessionId} needs ${needKwh} kWh`;
  if (!Number.isFinite(maxKw) || maxKw < 0) return `${sessionId} takes ${maxKw} kW`;
  if (!(efficiency > 0 && efficiency <= 1)) return `${sessionId} has an efficiency of ${efficiency}`;
  if (!(Number.isFinite(weight) && weight > 0)) return `${sessionId} has a weight of ${weight}`;
  if (session.lastKw?.some((kw) => !(Number.isFinite(kw) && kw >= 0)) === true)
    return `${sessionId} was planned no power`;
  const { assured, leastKw = 0, firstKwh = 0 } = session;
  if (!(Number.isFinite(firstKwh) && firstKwh >= 0)) return `${sessionId} is to have ${firstKwh} kWh first`;
  if (!(leastKw >= 0 && leastKw <= maxKw)) return `${sessionId} takes ${maxKw} kW, and at least ${leastKw} kW`;
  if (assured !== undefined && !isPossible(assured, session)) return `${sessionId} is assured no power`;
  return session.discharge === undefined ? undefined : dischargeTrouble(session.sessionId, session.discharge);
}

/** Nothing, or at least what its car can take, and no more than that; its least power is the same. */
const isPossible = ({ kw, minKw }: PlanAssured, { maxKw, leastKw = 0 }: PlanSession): boolean =>
  (kw === 0 || (Number.isFinite(kw) && kw >= minKw)) && minKw >= leastKw && minKw <= maxKw;

function dischargeTrouble(sessionId: SessionId, discharge: PlanDischarge): string | undefined {
  const { efficiency, maxKw, heldKwh, keepKwh, wearPerKwh } = discharge;
  const powers = { maxKw, heldKwh, keepKwh, wearPerKwh };
  for (const [name, value] of Object.entries(powers))
    if (!Number.isFinite(value) || value < 0) return `${sessionId} gives back with ${name} ${value}`;
  return efficiency > 0 && efficiency <= 1 ? undefined : `${sessionId} gives back with an efficiency of ${efficiency}`;
}
