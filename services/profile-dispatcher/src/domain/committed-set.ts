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

const hasSurelyEnded = (untilMs: EpochMs, { leaseNowMs, leaseMarginMs }: Counting): boolean =>
  leaseMarginMs !== undefined && leaseNowMs >= untilMs + leaseMarginMs;

/** No lease of the set ends before this instant, and none is dropped before it: margins only make them count for longer. */
export function firstEndMs({ acknowledged, unsettled, attempts }: LimitSet): EpochMs {
  let firstMs = Math.min(acknowledged?.untilMs ?? Infinity, unsettled?.untilMs ?? Infinity);
  for (const { untilMs } of attempts) if (untilMs < firstMs) firstMs = untilMs;
  return firstMs;
}

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

/** The committed set of 7.1, in a fixed order of kinds. */
export function membersOf(set: LimitSet, counting: Counting): readonly Member[] {
  const live = dropEndedLeases(set, counting);
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

/** W_i: what this EVSE counts with in every sum. */
export const committedOf = (members: readonly Member[]): DeciAmps =>
  members.reduce<DeciAmps>((most, { limit }) => (limit > most ? limit : most), deciAmps(0));
