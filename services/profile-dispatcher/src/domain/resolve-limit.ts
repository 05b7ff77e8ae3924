import { assertNever, type DeciAmps, type EpochMs, type TransactionId } from '@headroom/kernel';
import { type CommandName, isBefore } from './command-name.ts';
import {
  type AcknowledgedLease,
  type LeaseAttempt,
  type LimitSet,
  MAX_ENDED_TRANSACTIONS,
  type Sample,
  type UnsettledLimit,
} from './limit-set.ts';

/** `unanswered` is ignorance: the station may be obeying it. `never-written` is the gateway's proof for one attempt (HO-3). */
export type LimitOutcome = 'accepted' | 'rejected' | 'unanswered' | 'never-written';

export interface LeaseResolution {
  readonly commandId: string;
  readonly outcome: LimitOutcome;
  /** When the gateway received the answer. */
  readonly atMs: EpochMs;
}

/** What an answer, or its absence, does to the leases. Unknown or superseded commands change nothing. */
export function resolveLease(set: LimitSet, { commandId, outcome, atMs }: LeaseResolution): LimitSet {
  const attempt = set.attempts.find((known) => known.commandId === commandId);
  if (attempt === undefined) return set;
  switch (outcome) {
    case 'accepted':
      if (set.ended.includes(attempt.transactionId)) return dropUpTo(set, attempt);
      return isOvertaken(set, attempt) ? without(set, attempt) : acknowledge(set, attempt, atMs);
    case 'rejected':
    case 'never-written':
      return without(set, attempt);
    case 'unanswered':
      return { ...set, attempts: set.attempts.map((known) => (known === attempt ? withoutWait(known) : known)) };
    default:
      return assertNever(outcome);
  }
}

const withoutWait = <A extends { readonly answerDueMs: EpochMs | undefined }>(attempt: A): A => ({
  ...attempt,
  answerDueMs: undefined,
});

const without = (set: LimitSet, attempt: LeaseAttempt): LimitSet => ({
  ...set,
  attempts: set.attempts.filter((known) => known !== attempt),
});

const isOvertaken = ({ acknowledged }: LimitSet, attempt: LeaseAttempt): boolean =>
  acknowledged !== undefined && isBefore(attempt.order, acknowledged.order);

/** Accepted although its transaction is over: the station took it in order, and then let go of it. */
const dropUpTo = (set: LimitSet, attempt: LeaseAttempt): LimitSet => ({
  ...set,
  attempts: set.attempts.filter(
    (known) => isBefore(attempt.order, known.order) || known.transactionId !== attempt.transactionId,
  ),
});

/**
 * Commands reach a station in order, so an accepted one overwrites all before it, answered or not. What was higher
 * may still be obeyed until it is seen not to be (SI4): Accepted is a claim (H78).
 */
function acknowledge(set: LimitSet, attempt: LeaseAttempt, answeredAtMs: EpochMs): LimitSet {
  const earlier = set.attempts.filter((known) => isBefore(known.order, attempt.order));
  const standing = [
    ...earlier,
    ...(set.acknowledged ? [set.acknowledged] : []),
    ...(set.unsettled ? [set.unsettled] : []),
  ];
  const { order, limit, transactionId, untilMs } = attempt;
  return {
    ...set,
    attempts: set.attempts.filter((known) => isBefore(order, known.order)),
    acknowledged: { order, limit, transactionId, untilMs, answeredAtMs },
    unsettled: highestAbove(limit, standing),
  };
}

function highestAbove(limit: DeciAmps, standing: readonly UnsettledLimit[]): UnsettledLimit | undefined {
  return standing
    .filter((known) => known.limit > limit)
    .reduce<UnsettledLimit | undefined>(
      (highest, next) => ({
        limit: highest !== undefined && highest.limit > next.limit ? highest.limit : next.limit,
        untilMs: Math.max(highest?.untilMs ?? 0, next.untilMs),
      }),
      undefined,
    );
}

/** An answer to a fallback. Only one given after the last boot proves anything (SI5): the caller knows. */
export function resolveFallback(
  set: LimitSet,
  name: Pick<CommandName, 'order' | 'limit'> & { readonly commandId: string },
  answer: { readonly outcome: LimitOutcome; readonly sinceBoot: boolean },
): LimitSet {
  const others = set.fallbacks.filter((known) => known.commandId !== name.commandId);
  switch (answer.outcome) {
    case 'accepted':
      return {
        ...set,
        proven: set.proven || answer.sinceBoot,
        installed: answer.sinceBoot ? name.limit : set.installed,
        fallbacks: others.filter((known) => !isBefore(known.order, name.order)),
      };
    case 'rejected':
    case 'never-written':
      return { ...set, fallbacks: others };
    case 'unanswered':
      return {
        ...set,
        fallbacks: set.fallbacks.map((known) => (known.commandId === name.commandId ? withoutWait(known) : known)),
      };
    default:
      return assertNever(answer.outcome);
  }
}

/** A newer sample replaces the older one (SI6) and may show that an acknowledged decrease is obeyed (HO-7). */
export function takeSample(set: LimitSet, sample: Sample): LimitSet {
  const before = set.sample;
  if (before !== undefined && sample.sampledAtMs <= before.sampledAtMs) return set;
  const { acknowledged, unsettled } = set;
  const settled = acknowledged !== undefined && showsObeyed(acknowledged, sample, before?.draw);
  return { ...set, sample, unsettled: settled ? undefined : unsettled };
}

/** After a replay: what the last sample shows of the last answer, whichever of the two was read first. */
export function settleByLastSample(set: LimitSet): LimitSet {
  const { acknowledged, unsettled, sample } = set;
  if (acknowledged === undefined || unsettled === undefined || sample === undefined) return set;
  return showsObeyed(acknowledged, sample, undefined) ? { ...set, unsettled: undefined } : set;
}

/** HO-7: a car that draws little proves nothing; what is offered does, or a draw that fell from above the limit. */
function showsObeyed(lease: AcknowledgedLease, sample: Sample, drawBefore: DeciAmps | undefined): boolean {
  if (sample.sampledAtMs <= lease.answeredAtMs) return false;
  if (sample.offered !== undefined && sample.offered <= lease.limit) return true;
  return drawBefore !== undefined && drawBefore > lease.limit && sample.draw <= lease.limit;
}

/** TxProfiles vanish with their transaction, and its car with its draw. Unanswered ones stay: they may come late. */
export function endTransaction(set: LimitSet, transactionId: TransactionId): LimitSet {
  if (set.ended.includes(transactionId)) return set;
  const ended = [transactionId, ...set.ended].slice(0, MAX_ENDED_TRANSACTIONS);
  if (set.acknowledged === undefined) return { ...set, ended, sample: undefined };
  if (set.acknowledged.transactionId !== transactionId) return { ...set, ended };
  return { ...set, ended, acknowledged: undefined, unsettled: undefined, sample: undefined };
}

/** Nothing is known of a station that has just booted (H91), and nobody answers what was asked before. */
export const reboot = (set: LimitSet): LimitSet => ({ ...disconnect(set), proven: false });

/** Answers do not cross connections; what was sent may have arrived (SI3). */
export const disconnect = (set: LimitSet): LimitSet => ({
  ...set,
  attempts: set.attempts.map(withoutWait),
  fallbacks: set.fallbacks.map(withoutWait),
});
