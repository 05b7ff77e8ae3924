import type { DeciAmps, EpochMs, TransactionId } from '@headroom/kernel';
import type { RateUnit } from '@headroom/ocpp/profiles';
import { type Aimed, isBefore } from './command-name.ts';
import { latestSkew, restated, type ToldByClock, withToldSkew } from './told-clock.ts';
import type { EarlierLimit } from './earlier-limit.ts';
import type { LaterLimit } from './later-limit.ts';

/** A permanent limit on its way. */
export interface FallbackAttempt extends Aimed {
  readonly commandId: string;
  readonly limit: DeciAmps;
  /** Undefined: nobody waits for its answer any longer; it counts all the same. */
  readonly answerDueMs: EpochMs | undefined;
}

/** A lease that was sent, or may have been, and of which no answer is known. */
export interface LeaseAttempt extends Aimed, ToldByClock {
  /** Undefined: several attempts folded into one, which no answer can name any more. */
  readonly commandId: string | undefined;
  readonly limit: DeciAmps;
  /** Its second period. Absent: it has one only. */
  readonly later?: LaterLimit;
  readonly transactionId: TransactionId;
  /** Our clock, without margin. */
  readonly untilMs: EpochMs;
  readonly answerDueMs: EpochMs | undefined;
  /** Read behind the mark of a later owner, who may not have known of it: none of its records lets go of this (HO-2). */
  readonly isStray?: true;
  /** Its limit can be told anew without the rest of it, in this unit. Absent: it cannot, or nobody noted it. */
  readonly dynamicIn?: RateUnit;
  /** It was the limit alone. */
  readonly isUpdate?: true;
}

export interface AcknowledgedLease extends Aimed, ToldByClock {
  readonly limit: DeciAmps;
  readonly later?: LaterLimit;
  readonly transactionId: TransactionId;
  readonly untilMs: EpochMs;
  readonly answeredAtMs: EpochMs;
  readonly dynamicIn?: RateUnit;
}

/** What stood before an acknowledged decrease and may be obeyed still (SI4). */
export interface UnsettledLimit extends ToldByClock {
  readonly limit: DeciAmps;
  readonly later?: LaterLimit;
  readonly untilMs: EpochMs;
  /** Of which it is a lease; undefined: of more than one. */
  readonly transactionId: TransactionId | undefined;
  /** A sample from before this instant proves nothing: the station may not have come to obey this limit yet. */
  readonly provableFromMs: EpochMs;
  /** A stray attempt is part of it. */
  readonly isStray?: true;
}

/** The newest measurement. Currents are those of the phase that carries most. */
export interface Sample {
  readonly draw: DeciAmps;
  /** In which it was drawn; undefined: the station named none. */
  readonly transactionId: TransactionId | undefined;
  readonly offered: DeciAmps | undefined;
  readonly sampledAtMs: EpochMs;
  /** No document said yet what was measured: it proves nothing. */
  readonly isUnread?: true;
  /** Somebody beside us held the EVSE so low by then: it proves nothing of our limits. */
  readonly isMasked?: true;
  /**
   * The draw has come down to the newest lease since that was accepted, which was then, while its station still had its time to obey. Not for the next
   * owner, who sees less.
   */
  readonly downSinceMs?: EpochMs;
}

/** Everything that bears on which limits one EVSE may be obeying now or later (7.1). Never mutated. */
export interface LimitSet {
  /** The fallback was accepted since the last boot; until then the hardware maximum counts (SI5). */
  readonly proven: boolean;
  /** The fallback accepted last; it counts until another one is (HO-12). */
  readonly installed: DeciAmps | undefined;
  readonly fallbacks: readonly FallbackAttempt[];
  /** In the order of sending. */
  readonly attempts: readonly LeaseAttempt[];
  readonly acknowledged: AcknowledgedLease | undefined;
  readonly unsettled: UnsettledLimit | undefined;
  /** Absent: it can be none. */
  readonly earlier?: EarlierLimit;
  readonly sample: Sample | undefined;
  /** Transactions that ended last, newest first: a late answer must not bring their profiles back. */
  readonly ended: readonly TransactionId[];
}

export const UNKNOWN_SET: LimitSet = {
  proven: false,
  installed: undefined,
  fallbacks: [],
  attempts: [],
  acknowledged: undefined,
  unsettled: undefined,
  sample: undefined,
  ended: [],
};

/** Unresolved leases of one EVSE that are kept apart; the oldest two beyond it become one that counts as both. */
export const MAX_ATTEMPTS = 16;
export const MAX_FALLBACK_ATTEMPTS = 8;
export const MAX_ENDED_TRANSACTIONS = 8;

/** SI3: it counts from before the send until it is resolved. */
export function intendLease(set: LimitSet, attempt: LeaseAttempt): LimitSet {
  if (set.attempts.some((known) => known.commandId === attempt.commandId)) return set;
  return { ...set, attempts: foldOldest([...set.attempts, attempt]) };
}

function foldOldest(attempts: readonly LeaseAttempt[]): readonly LeaseAttempt[] {
  const [first, second, ...rest] = attempts;
  if (attempts.length <= MAX_ATTEMPTS || first === undefined || second === undefined) return attempts;
  const skewMs = latestSkew([first, second]);
  return [
    {
      order: isBefore(first.order, second.order) ? second.order : first.order,
      generation: laterOf(first.generation, second.generation),
      // Neither has a second period any more: the higher limit counts to the later end.
      commandId: undefined,
      // Where they differ the older one is over: it counts on all phases from here on (MD5).
      transactionId: first.transactionId,
      limit: first.limit > second.limit ? first.limit : second.limit,
      untilMs: Math.max(restated(first, skewMs).untilMs, restated(second, skewMs).untilMs),
      ...withToldSkew(skewMs),
      answerDueMs: undefined,
      ...(first.isStray === true || second.isStray === true ? { isStray: true } : {}),
    },
    ...rest,
  ];
}

const laterOf = (first: number | undefined, second: number | undefined): number | undefined =>
  first === undefined || second === undefined ? undefined : Math.max(first, second);

/** Beyond the bound the lowest of the old ones is forgotten: what counts of a fallback is its largest. */
export function intendFallback(set: LimitSet, attempt: FallbackAttempt): LimitSet {
  if (set.fallbacks.some((known) => known.commandId === attempt.commandId)) return set;
  if (set.fallbacks.length < MAX_FALLBACK_ATTEMPTS) return { ...set, fallbacks: [...set.fallbacks, attempt] };
  const lowest = set.fallbacks.reduce((low, next) => (next.limit < low.limit ? next : low));
  return { ...set, fallbacks: [...set.fallbacks.filter((known) => known !== lowest), attempt] };
}
