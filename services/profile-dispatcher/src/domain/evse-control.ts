import {
  type DeciAmps,
  type EpochMs,
  type EvseId,
  type EvseNumber,
  type StationId,
  type TransactionId,
} from '@headroom/kernel';
import type { EvseModel, PhaseEvidence } from '@headroom/site-model';
import type { CompositeRead } from './composite-said.ts';
import { type BackChange, backOfCommand, type BackSet, withBack } from './back-set.ts';
import { type LaterLimit } from './later-limit.ts';
import { type Disobedience, type Lapses, type Service } from './obedience.ts';
import { type AcknowledgedLease, type LeaseAttempt, type LimitSet, UNKNOWN_SET } from './limit-set.ts';
import type { LeaseProof, Watchable } from './watched-lease.ts';
import { type LeaseResolution, resolveLease } from './resolve-limit.ts';
import { type Raised } from './pace.ts';
import { NO_PAUSE, type Pausing } from './pausing.ts';
import type { DispatchRules } from './rules.ts';

/** Failures in a row of one kind of command, and when the next may leave. */
export interface Backoff {
  readonly failures: number;
  readonly notBeforeMs: EpochMs;
  /** The limit that failed: a lower one does not wait. */
  readonly limit: DeciAmps;
  /** What it let its car give back: one that gives less does not wait either. Absent: nothing. */
  readonly discharge?: DeciAmps;
}

/** H86: what its station has shown of 0 A since it booted. */
export interface ZeroRefusal {
  /** Transactions, of all its EVSEs, in which it refused 0 A, with none between in which it took it. */
  readonly times: number;
  /** The last one of this EVSE. Absent: it was another EVSE's. */
  readonly transactionId?: TransactionId;
  /** Since when nothing but 0 A fits. Absent: its least does, or more. Not kept for the next owner, who waits anew. */
  readonly pressedSinceMs?: EpochMs;
}

/** A refusal may have had a passing reason: it is believed of the transaction in which it came, and of all after so many. */
export const REFUSALS_BELIEVED = 3;

export const refusesZero = ({ refusal, transactionId }: EvseControl): boolean =>
  refusal !== undefined &&
  (refusal.times >= REFUSALS_BELIEVED || (transactionId !== undefined && refusal.transactionId === transactionId));

/** What is known of one EVSE and of the commands to it. Never mutated. */
export interface EvseControl {
  readonly evseId: EvseId;
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly set: LimitSet;
  /** What its car may be giving back. Absent: nothing. */
  readonly back?: BackSet;
  /** The transaction in which its station refused a lease that gives back. Absent: none since it booted. */
  readonly backRefusedIn?: TransactionId;
  /** The transaction that the station reported last and has not ended. */
  readonly transactionId: TransactionId | undefined;
  /** When that was heard, our clock: it began then, or before (SI31). */
  readonly transactionSinceMs: EpochMs | undefined;
  /** What the samples show of the phases that its car uses (MD5). */
  readonly phases: PhaseEvidence | undefined;
  readonly leaseBackoff: Backoff | undefined;
  readonly fallbackBackoff: Backoff | undefined;
  /** Since its boot it has refused a profile with two periods: a drop that is announced ends its lease instead. */
  readonly singlePeriod: boolean;
  /** Undefined: it took 0 A when it was last told it, or was never told. */
  readonly refusal: ZeroRefusal | undefined;
  /** It draws more than it was told. */
  readonly disobedience: Disobedience | undefined;
  /** Absent: it was never forgiven. */
  readonly lapses?: Lapses;
  readonly service: Service;
  /** Undefined: never, as far as the log goes. */
  readonly raised: Raised | undefined;
  readonly pausing: Pausing;
  /** Absent: no lease of it was watched to its end. */
  readonly proof?: LeaseProof;
  /** Absent: it was never asked what its profiles come to. */
  readonly composite?: CompositeRead;
}

export const newControl = (evseId: EvseId, stationId: StationId, evse: EvseNumber): EvseControl => ({
  evseId,
  stationId,
  evse,
  set: UNKNOWN_SET,
  transactionId: undefined,
  transactionSinceMs: undefined,
  phases: undefined,
  leaseBackoff: undefined,
  fallbackBackoff: undefined,
  singlePeriod: false,
  refusal: undefined,
  disobedience: undefined,
  service: 'in',
  raised: undefined,
  pausing: NO_PAUSE,
});

/**
 * What an answer, or its absence, does to the leases. One that is refused for its two periods is not sent such another; nor, before that is
 * held against it, one that gives back.
 */
export function withLease(control: EvseControl, resolution: LeaseResolution): EvseControl {
  const { commandId, outcome } = resolution;
  const refused =
    outcome === 'rejected' ? control.set.attempts.find((known) => known.commandId === commandId) : undefined;
  const gave = refused !== undefined && backOfCommand(control, commandId) > 0;
  const next = {
    ...control,
    set: resolveLease(control.set, resolution),
    singlePeriod: control.singlePeriod || (refused?.later !== undefined && !gave),
    ...(gave ? { backRefusedIn: refused.transactionId } : {}),
  };
  return control.back === undefined ? next : withBack(next, resolveLease(control.back, resolution));
}

export function afterFailure(
  before: Backoff | undefined,
  limit: DeciAmps,
  nowMs: EpochMs,
  rules: DispatchRules,
): Backoff {
  const failures = (before?.failures ?? 0) + 1;
  const waitMs = Math.min(rules.retryMostMs, rules.retryFirstMs * 2 ** Math.min(failures - 1, 30));
  return { failures, notBeforeMs: nowMs + waitMs, limit };
}

/** What an EVSE may have by the decision in force. */
export interface Target {
  readonly limit: DeciAmps;
  readonly later?: LaterLimit;
  readonly transactionId: TransactionId;
}

/** What should be sent to an EVSE now, before the gate has been asked. `from`: what it ends up with otherwise. */
export type Wish =
  | { readonly kind: 'fallback'; readonly limit: DeciAmps }
  | {
      readonly kind: 'lower' | 'renew' | 'raise';
      readonly limit: DeciAmps;
      /** Its second period. */
      readonly later?: LaterLimit;
      readonly from: DeciAmps;
      readonly transactionId: TransactionId;
      /** It was raised too often, or would be by too little: not yet (OD6, OD9). */
      readonly waits?: true;
      /** What its car is to give back, and what it gives by the lease before. Absent: nothing, and it gave nothing. */
      readonly back?: BackChange;
      /** It lasts until then, to be seen to end (SI28). Absent: as long as leases are. */
      readonly watchedUntilMs?: EpochMs;
      /** It has it already, by a lease that may be over: worth a message only where the new one lasts longer. */
      readonly isAgain?: true;
      /** What it has already, told once more as a whole (H79). */
      readonly isRepeat?: true;
      /** Leaves in its place where this one may not leave now. */
      readonly otherwise?: Wish;
    };

/** Of an EVSE whose station is connected; nothing is sent to others. */
export interface WishContext {
  readonly evse: EvseModel;
  /** It has booted on this connection, or will not. */
  readonly askable: boolean;
  readonly target: Target | undefined;
  /** The decision is too old to renew or raise anything. */
  readonly stale: boolean;
  readonly leaseMs: number;
  /** Its station does not bear to be raised more often; 0: nothing is known. */
  readonly minRaiseGapMs: number;
  /** Its station refuses what is below this (H86). Absent: it takes 0 A. */
  readonly leastTaken?: DeciAmps;
  /** It is not paused: where less is decided it comes down to this (`neverPaused`). Absent: to whatever is decided. */
  readonly staysAt?: DeciAmps;
  /** Its next lease is this one, and watched to its end (SI28). Absent: none is. */
  readonly watches?: Watchable;
  /** Of the ends of leases, in milliseconds (SI18). */
  readonly marginMs: number;
  /** What its car is to give back, by a decision that is not stale, and may be told to. Absent: nothing. */
  readonly gives?: DeciAmps;
  readonly nowMs: EpochMs;
}

/** Commands to one EVSE on the way at most: a decrease does not wait for an answer, anything else does (SI12). */
export const MAX_OUTSTANDING = 3;

/**
 * HO-6: at once after a boot. After a mere reconnect what was proven stands.
 *
 * @param isOwed it is to be told once more, whatever it has
 */
export function fallbackWish(
  control: EvseControl,
  { evse, askable, nowMs }: WishContext,
  isOwed = false,
): Wish | undefined {
  const { set, fallbackBackoff } = control;
  if (!askable) return undefined;
  const mustRepeat = isOwed || isIgnored(control);
  if (set.proven && set.installed === evse.fallback && !mustRepeat) return undefined;
  if (set.fallbacks.some((attempt) => isOutstanding(attempt, nowMs))) return undefined;
  if (fallbackBackoff !== undefined && nowMs < fallbackBackoff.notBeforeMs) return undefined;
  return { kind: 'fallback', limit: evse.fallback };
}

/** E1: what it does not obey it is told once more; it may have lost it, and what lay beneath it too (H76). */
export const isIgnored = ({ disobedience }: EvseControl): boolean =>
  disobedience?.step === 'resend' && disobedience.isDue === true;

export const concerns = ({ set, transactionId }: EvseControl, target: Target): boolean =>
  !set.ended.includes(target.transactionId) && (transactionId === undefined || transactionId === target.transactionId);

export type Lease = AcknowledgedLease | LeaseAttempt;

/** The lease that the station ends up with once all that was sent has arrived. */
export function lastLease({ attempts, acknowledged }: LimitSet, transactionId: TransactionId): Lease | undefined {
  const sent = attempts.findLast((attempt) => attempt.transactionId === transactionId);
  return sent ?? (acknowledged?.transactionId === transactionId ? acknowledged : undefined);
}

export function mustWait(
  { set, leaseBackoff }: EvseControl,
  wish: { readonly kind: Wish['kind']; readonly limit: DeciAmps },
  nowMs: EpochMs,
): boolean {
  const outstanding = set.attempts.filter((attempt) => isOutstanding(attempt, nowMs));
  const lowest = outstanding.reduce<number>((low, { limit }) => Math.min(low, limit), Infinity);
  if (outstanding.length >= MAX_OUTSTANDING) return true;
  if (outstanding.length > 0 && (wish.kind !== 'lower' || wish.limit >= lowest)) return true;
  if (leaseBackoff === undefined || nowMs >= leaseBackoff.notBeforeMs) return false;
  return !(wish.kind === 'lower' && wish.limit < leaseBackoff.limit);
}

export const isOutstanding = (attempt: { readonly answerDueMs: EpochMs | undefined }, nowMs: EpochMs): boolean =>
  attempt.answerDueMs !== undefined && nowMs < attempt.answerDueMs;
