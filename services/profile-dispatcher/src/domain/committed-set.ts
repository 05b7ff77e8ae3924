import { type DeciAmps, deciAmps, type EpochMs, type TransactionId } from '@headroom/kernel';
import type { LimitSet } from './limit-set.ts';

export type MemberKind = 'fallback' | 'acknowledged' | 'unresolved' | 'unsettled' | 'hardware-maximum' | 'measured';

/** One limit that an EVSE may be obeying now or later. */
export interface Member {
  readonly kind: MemberKind;
  readonly limit: DeciAmps;
  /** When its lease ends by our clock, without margin. Absent: never by itself. */
  readonly untilMs?: EpochMs;
  /** The transaction with which it ends. Absent: it may be obeyed in the next one too. */
  readonly transactionId?: TransactionId;
}

/** What is needed to count, beside the set itself. */
export interface Counting {
  /** F_i as configured. */
  readonly fallback: DeciAmps;
  readonly maxCurrent: DeciAmps;
  /** By the sender's lease time (SI18). */
  readonly leaseNowMs: EpochMs;
  /** Undefined: leases count as never ending (offline: HO-8; clock unknown: SI31). */
  readonly leaseMarginMs: number | undefined;
}

/** The committed set of 7.1, and the most of it. */
export interface CommittedSet {
  readonly members: readonly Member[];
  /** W_i: what this EVSE counts with in every sum. */
  readonly committed: DeciAmps;
}

const hasSurelyEnded = (untilMs: EpochMs, { leaseNowMs, leaseMarginMs }: Counting): boolean =>
  leaseMarginMs !== undefined && leaseNowMs >= untilMs + leaseMarginMs;

/** A lease that has surely ended never counts again, also when its station goes offline later. */
export function dropEndedLeases(set: LimitSet, counting: Counting): LimitSet {
  const over = (lease: { readonly untilMs: EpochMs } | undefined): boolean =>
    lease !== undefined && hasSurelyEnded(lease.untilMs, counting);
  if (!over(set.acknowledged) && !over(set.unsettled) && !set.attempts.some(over)) return set;
  return {
    ...set,
    attempts: set.attempts.filter((attempt) => !over(attempt)),
    acknowledged: over(set.acknowledged) ? undefined : set.acknowledged,
    unsettled: over(set.unsettled) ? undefined : set.unsettled,
  };
}

/** Sets that were counted already: a set is never mutated, so its count changes with the figures of its EVSE only. */
const COUNTED = new WeakMap<LimitSet, CommittedSet & Pick<Counting, 'fallback' | 'maxCurrent'>>();

/** What an EVSE counts with. The same object for the same set, as long as none of its leases has ended. */
export function committedSetOf(set: LimitSet, counting: Counting): CommittedSet {
  const live = dropEndedLeases(set, counting);
  const { fallback, maxCurrent } = counting;
  const known = COUNTED.get(live);
  if (known !== undefined && known.fallback === fallback && known.maxCurrent === maxCurrent) return known;
  const members = liveMembers(live, counting);
  const counted = { members, committed: committedOf(members), fallback, maxCurrent };
  COUNTED.set(live, counted);
  return counted;
}

/** The members alone, in a fixed order of kinds. */
export const membersOf = (set: LimitSet, counting: Counting): readonly Member[] =>
  committedSetOf(set, counting).members;

function liveMembers(live: LimitSet, counting: Counting): readonly Member[] {
  const members: Member[] = fallbacksOf(live, counting).map((limit) => ({ kind: 'fallback', limit }));
  if (live.acknowledged !== undefined) {
    members.push(leaseMember('acknowledged', live.acknowledged));
  }
  for (const attempt of live.attempts) members.push(leaseMember('unresolved', attempt));
  if (live.unsettled !== undefined) members.push(leaseMember('unsettled', live.unsettled));
  if (!live.proven) members.push({ kind: 'hardware-maximum', limit: counting.maxCurrent });
  const measured = measuredAbove(live, committedOf(members));
  return measured === undefined ? members : [...members, measured];
}

const leaseMember = (
  kind: MemberKind,
  lease: {
    readonly limit: DeciAmps;
    readonly untilMs: EpochMs;
    readonly transactionId: TransactionId | undefined;
  },
): Member => ({ kind, limit: lease.limit, untilMs: lease.untilMs, ...boundTo(lease.transactionId) });

const boundTo = (transactionId: TransactionId | undefined) => (transactionId === undefined ? {} : { transactionId });

/** HO-1, HO-12: the configured one always; another one as long as it may be the installed one. */
function fallbacksOf(set: LimitSet, { fallback }: Counting): readonly DeciAmps[] {
  const others = [...(set.installed === undefined ? [] : [set.installed]), ...set.fallbacks.map(({ limit }) => limit)];
  return [...new Set([fallback, ...others])];
}

/** SI6: a draw above everything else, and a twentieth, rounded up. */
function measuredAbove({ sample }: LimitSet, others: DeciAmps): Member | undefined {
  if (sample === undefined || sample.draw <= others) return undefined;
  const limit = deciAmps(Math.ceil((sample.draw * 105) / 100));
  // The sample that shows it shows as well where it flows.
  return { kind: 'measured', limit, ...boundTo(sample.transactionId) };
}

/** The most of some members. */
export const committedOf = (members: readonly Member[]): DeciAmps =>
  members.reduce<DeciAmps>((most, { limit }) => (limit > most ? limit : most), deciAmps(0));
