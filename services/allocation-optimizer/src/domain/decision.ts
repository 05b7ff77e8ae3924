import type {
  CircuitId,
  DeciAmps,
  EpochMs,
  EvseId,
  GridPhase,
  PerPhaseDeciAmps,
  SessionId,
  TransactionId,
  Watts,
} from '@headroom/kernel';
import type { EvseModel, LimitSource, RowKind } from '@headroom/site-model';
import type { Discharge } from './discharge.ts';
import type { DecidedLease } from './lease-memory.ts';
import type { OverLimits } from './over-limit.ts';
import type { PlanUse } from './policies/plan-following.ts';
import type { Credit } from './rotation.ts';

/** The stable codes of the console reference that this allocator can mean. `NONE`: there is nothing to explain. */
export type ReasonCode =
  | 'SITE_LIMIT'
  | 'CIRCUIT_LIMIT'
  | 'PHASE_LIMIT'
  | 'MANUAL_LIMIT'
  | 'DR_EVENT'
  | 'DEMAND_PEAK_GUARD'
  | 'METER_STALE_FALLBACK'
  | 'RESERVE_FOR_OFFLINE'
  | 'TEMP_DERATE'
  | 'QUEUED'
  | 'ROUND_ROBIN_TURN'
  | 'SWITCHING_BUDGET'
  | 'LOWER_PRIORITY'
  | 'BELOW_MINIMUM_PAUSED'
  | 'RAMP_LIMIT'
  | 'EVSE_MAX'
  | 'TARGET_REACHED'
  | 'BOOSTED'
  | 'EXTERNAL_LIMIT'
  | 'EV_MAX'
  | 'EV_NOT_DRAWING'
  | 'TARIFF_WAIT'
  | 'STATION_OFFLINE_FALLBACK'
  | 'PROFILE_NOT_ENFORCED'
  | 'AUTH_PENDING'
  | 'V2X_DISCHARGE'
  | 'NONE';

/** Why an EVSE has what it has. A by-product of the decision, never computed a second time. */
export interface Reason {
  readonly code: ReasonCode;
  /** The row that binds; absent where none does. */
  readonly circuitId?: CircuitId;
  readonly row?: RowKind;
  /** One English sentence for people, power first. */
  readonly sentence: string;
}

export interface Allocation {
  readonly evse: EvseModel;
  /** On which `limit` counts, in the order of the socket: the wired ones, or the fewer that its car uses (MD5). */
  readonly phases: readonly GridPhase[];
  readonly sessionId?: SessionId;
  readonly transactionId?: TransactionId;
  readonly limit: DeciAmps;
  /** Lower, from a known instant on, with nobody alive to say so (SI27). Absent: no drop is known within a lease. */
  readonly later?: { readonly fromMs: EpochMs; readonly limit: DeciAmps };
  /** What it is owed (RF1), for whoever owns the site next. Absent: nothing. */
  readonly credit?: Credit;
  readonly reason: Reason;
  /** What its car is to give back, beside that limit (MD17). Absent: nothing. */
  readonly discharge?: Pick<Discharge, 'current' | 'reason'>;
}

/** Load of one circuit as the decision saw it. */
export interface CircuitUse {
  readonly circuitId: CircuitId;
  readonly limit: PerPhaseDeciAmps;
  readonly otherLoad: PerPhaseDeciAmps;
  /** Worst case of the stations, from what is known of them now (not from what they are given). */
  readonly committed: PerPhaseDeciAmps;
  /** Kept free beside it: by so much may the other load rise while the leases last, with nobody alive (7.2b). */
  readonly rise: PerPhaseDeciAmps;
  readonly powerLimitW?: Watts;
  /** Source of the limit that is closest to being reached. */
  readonly limitSource: LimitSource;
  readonly limitValidUntilMs?: EpochMs;
}

/** Power limits that are lower from a known instant on. */
export interface Drop {
  readonly atMs: EpochMs;
  /** Of each circuit that has one: the lowest that a lease of now may live to see. */
  readonly limits: ReadonlyMap<CircuitId, Watts>;
}

export interface Decision {
  readonly decidedAtMs: EpochMs;
  readonly siteVersion: number;
  readonly allocations: ReadonlyMap<EvseId, Allocation>;
  readonly circuits: readonly CircuitUse[];
  /** For telemetry: no part of what is decided. */
  readonly over: OverLimits;
  /** The next one that a lease of now may live to see (SI27). Absent: none is known. */
  readonly drop?: Drop;
  /** How long its limits are leased, and why (SI26). */
  readonly lease: DecidedLease;
  /** What was done with the plan of the site. Absent: it shares in a way that follows none, or nobody is there. */
  readonly plan?: PlanUse;
}

/** Would anybody downstream act or speak differently? Numbers inside sentences move too often to count. */
export function differs(a: Decision, b: Decision): boolean {
  if (a.siteVersion !== b.siteVersion || a.allocations.size !== b.allocations.size) return true;
  if (!isSameDrop(a.drop, b.drop) || a.lease.leaseS !== b.lease.leaseS || !isSameUse(a.plan, b.plan)) return true;
  for (const [evseId, one] of a.allocations) {
    const other = b.allocations.get(evseId);
    if (other === undefined || one.limit !== other.limit || one.transactionId !== other.transactionId) return true;
    if (one.discharge?.current !== other.discharge?.current) return true;
    if (one.later?.fromMs !== other.later?.fromMs || one.later?.limit !== other.later?.limit) return true;
    if (one.reason.code !== other.reason.code || one.reason.circuitId !== other.reason.circuitId) return true;
    if (one.reason.row !== other.reason.row) return true;
  }
  return false;
}

function isSameDrop(a: Drop | undefined, b: Drop | undefined): boolean {
  if (a?.atMs !== b?.atMs || a?.limits.size !== b?.limits.size) return false;
  for (const [circuitId, limitW] of a?.limits ?? []) if (b?.limits.get(circuitId) !== limitW) return false;
  return true;
}

function isSameUse(a: PlanUse | undefined, b: PlanUse | undefined): boolean {
  if (a?.kind !== 'followed' || b?.kind !== 'followed') return a?.kind === b?.kind && wordOf(a) === wordOf(b);
  return a.epoch === b.epoch && a.seq === b.seq;
}

const wordOf = (use: PlanUse | undefined): string | undefined => (use?.kind === 'ignored' ? use.why : undefined);
