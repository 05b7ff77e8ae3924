import { type DeciAmps, deciAmps, type EpochMs, type TransactionId } from '@headroom/kernel';
import type { EarlierLimit } from './earlier-limit.ts';
import { type Falling, type LaterLimit, withLater } from './later-limit.ts';
import { type ClockEstimate, latenessMs } from './clock-skew.ts';
import type { LimitSet } from './limit-set.ts';
import type { ToldByClock } from './told-clock.ts';

export type MemberKind = 'fallback' | 'acknowledged' | 'unresolved' | 'unsettled' | 'hardware-maximum' | 'measured';

/** One limit that an EVSE may be obeying now or later. */
export interface Member {
  readonly kind: MemberKind;
  readonly limit: DeciAmps;
  /** When its lease ends by our clock, without margin. Absent: never by itself. */
  readonly untilMs?: EpochMs;
  /** From when on it counts with less, without margin. Absent: never, or it does already. */
  readonly later?: LaterLimit;
  /** The transaction with which it ends. Absent: it may be obeyed in the next one too. */
  readonly transactionId?: TransactionId;
}

/** What is needed to count, beside the set itself. */
export interface Counting {
  /** F_i as configured. */
  readonly fallback: DeciAmps;
  readonly maxCurrent: DeciAmps;
  /** It counts with its maximum, whatever it was told (`takesLimits`). Absent: false. */
  readonly isUnsteered?: boolean;
  /** By the sender's lease time (SI18). */
  readonly leaseNowMs: EpochMs;
  /** Undefined: leases count as never ending (offline: HO-8; clock unknown: SI31; a model that does not let them end: SI28). */
  readonly leaseMarginMs: number | undefined;
  /** By which they end (HO-13). */
  readonly clock: ClockEstimate;
  /** It does not do what it says (UD5), or its word proves nothing (H76, H78): it may be obeying nothing at all (SI5). */
  readonly isDistrusted: boolean;
}

/** @param untilMs an instant of the lease, by our clock */
const hasSurelyEnded = (
  { toldSkewMs }: ToldByClock,
  untilMs: EpochMs,
  { leaseNowMs, leaseMarginMs, clock }: Counting,
): boolean => leaseMarginMs !== undefined && leaseNowMs >= untilMs + latenessMs(clock, toldSkewMs) + leaseMarginMs;

/** No lease of the set ends, or falls to its second period, before this instant: margins only make them count for longer. */
export function firstEndMs({ acknowledged, unsettled, attempts, earlier }: LimitSet): EpochMs {
  let firstMs = Math.min(changeMsOf(acknowledged), changeMsOf(unsettled), earlier?.untilMs ?? Infinity);
  for (const attempt of attempts) firstMs = Math.min(firstMs, changeMsOf(attempt));
  return firstMs;
}

/** All leases of the set have ended by this instant, without margin; 0: it has none. */
export const lastEndMs = ({ acknowledged, unsettled, attempts, earlier }: LimitSet): number =>
  [acknowledged, unsettled, earlier, ...attempts].reduce((last, lease) => Math.max(last, lease?.untilMs ?? 0), 0);

type Timed = Falling & ToldByClock & { readonly untilMs: EpochMs };

const changeMsOf = (lease: Timed | undefined): EpochMs =>
  lease === undefined ? Infinity : Math.min(lease.untilMs, lease.later?.fromMs ?? Infinity);

/**
 * A lease that has surely ended never counts again, also when its station goes offline later; nor does the first period of one
 * whose second has surely begun.
 */
export function dropEndedLeases(set: LimitSet, counting: Counting): LimitSet {
  const attempts = set.attempts.flatMap((attempt) => now(attempt, counting) ?? []);
  const acknowledged = now(set.acknowledged, counting);
  const unsettled = now(set.unsettled, counting);
  const { earlier: _, ...rest } = set;
  const isOver = set.earlier !== undefined && earlierMember(set.earlier, counting) === undefined;
  const isSame =
    !isOver &&
    acknowledged === set.acknowledged &&
    unsettled === set.unsettled &&
    attempts.length === set.attempts.length &&
    attempts.every((attempt, index) => attempt === set.attempts[index]);
  return isSame ? set : { ...(isOver ? rest : set), attempts, acknowledged, unsettled };
}

/** What surely is left of a lease; undefined: nothing. */
function now<Lease extends Timed>(lease: Lease | undefined, counting: Counting): Lease | undefined {
  if (lease === undefined || hasSurelyEnded(lease, lease.untilMs, counting)) return undefined;
  const { later } = lease;
  if (later === undefined || !hasSurelyEnded(lease, later.fromMs, counting)) return lease;
  const { later: _, ...rest } = { ...lease, limit: later.limit };
  return rest as Lease;
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
  const earlier = earlierMember(live.earlier, counting);
  if (earlier !== undefined) members.push(earlier);
  const isUnsteered = counting.isUnsteered === true;
  if (!live.proven || counting.isDistrusted || isUnsteered) {
    members.push({ kind: 'hardware-maximum', limit: counting.maxCurrent });
  }
  // Its supply carries no more than its maximum.
  const measured = isUnsteered ? undefined : measuredAbove(live, committedOf(members));
  return measured === undefined ? members : [...members, measured];
}

/** What was before its permanent limit, as it counts; undefined: it has surely ended. */
function earlierMember(
  earlier: EarlierLimit | undefined,
  { leaseNowMs, leaseMarginMs, maxCurrent }: Pick<Counting, 'leaseNowMs' | 'leaseMarginMs' | 'maxCurrent'>,
): Member | undefined {
  if (earlier === undefined) return undefined;
  const { limit, untilMs, isLease = false } = earlier;
  const member: Member =
    limit === undefined ? { kind: 'hardware-maximum', limit: maxCurrent } : { kind: 'unsettled', limit };
  if (!isLease) return leaseNowMs >= untilMs ? undefined : { ...member, untilMs };
  if (leaseMarginMs === undefined) return member;
  return leaseNowMs >= untilMs + leaseMarginMs ? undefined : { ...member, untilMs };
}

const leaseMember = (
  kind: MemberKind,
  lease: Timed & { readonly transactionId: TransactionId | undefined },
): Member => ({
  ...{ kind, limit: lease.limit, untilMs: lease.untilMs },
  ...withLater(lease.later),
  ...boundTo(lease.transactionId),
});

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
