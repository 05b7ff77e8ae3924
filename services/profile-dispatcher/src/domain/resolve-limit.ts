import { assertNever, type EpochMs, type TransactionId } from '@headroom/kernel';
import { type Aimed, type CommandName, isBefore, isSurelyBefore } from './command-name.ts';
import { afterLeaseTaken, asBooted, type EarlierLimit, earlierThan, OBEYS_WITHIN_MS } from './earlier-limit.ts';
import { isSomewhereAbove, laterThan, limitAt, withLater } from './later-limit.ts';
import {
  type AcknowledgedLease,
  type LeaseAttempt,
  type LimitSet,
  MAX_ENDED_TRANSACTIONS,
  type Sample,
  type UnsettledLimit,
} from './limit-set.ts';
import { isDown, showsObeyed } from './shows-obeyed.ts';
import { restated, withToldSkew } from './told-clock.ts';

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
      // Heard late: the station has long had a newer one.
      if (set.acknowledged && isSurelyBefore(attempt, set.acknowledged)) return without(set, attempt);
      return acknowledge(set, attempt, atMs);
    case 'rejected':
      return without(attempt.isUpdate === true ? { ...set, acknowledged: wholly(set.acknowledged) } : set, attempt);
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

/** It has lost what it was to change, or takes no changes: the next one is told as a whole. */
export function wholly(lease: AcknowledgedLease | undefined): AcknowledgedLease | undefined {
  if (lease === undefined) return undefined;
  const { dynamicIn: _, ...rest } = lease;
  return rest;
}

const without = (set: LimitSet, attempt: LeaseAttempt): LimitSet => ({
  ...set,
  attempts: set.attempts.filter((known) => known !== attempt),
});

/** Accepted although its transaction is over: the station took it in order, and then let go of it. */
const dropUpTo = (set: LimitSet, attempt: LeaseAttempt): LimitSet => ({
  ...set,
  attempts: set.attempts.filter(
    (known) => known.transactionId !== attempt.transactionId || (known !== attempt && !isSurelyBefore(known, attempt)),
  ),
});

/**
 * Commands reach a station in order on one connection after the other, so an accepted one overwrites those before it, answered or
 * not. What was meant for a later connection it may not have met: that goes on counting, whatever its order. What was higher may
 * still be obeyed, or even come to be obeyed, until it is seen not to be (SI4): Accepted is a claim.
 */
function acknowledge(set: LimitSet, attempt: LeaseAttempt, answeredAtMs: EpochMs): LimitSet {
  const { attempts, acknowledged: known, unsettled } = set;
  const { order, generation, limit, later, transactionId, untilMs, dynamicIn, toldSkewMs } = attempt;
  const dynamic = dynamicIn === undefined ? {} : { dynamicIn };
  const until = { untilMs, ...withToldSkew(toldSkewMs) };
  const accepted = { order, generation, limit, ...withLater(later), transactionId, ...until, answeredAtMs, ...dynamic };
  const isLast = known === undefined || isTakenAfter(accepted, known);
  const newest = isLast ? accepted : known;
  const earlier = attempts.filter((each) => isSurelyBefore(each, attempt));
  const standing: readonly UnsettledLimit[] = [
    ...earlier.map((each) => unsettledSince(each, answeredAtMs)),
    ...(isLast ? [] : [unsettledSince(attempt, answeredAtMs)]),
    ...(isLast && known ? [unsettledSince(known, known.answeredAtMs)] : []),
    ...(unsettled ? [unsettled] : []),
  ].map((each) => restated(each, newest.toldSkewMs));
  return {
    ...withEarlier(set, afterLeaseTaken(set.earlier, answeredAtMs)),
    attempts: attempts.filter((each) => each !== attempt && !earlier.includes(each)),
    acknowledged: newest,
    unsettled: mergeAll(standing.filter((each) => isSomewhereAbove(each, newest))),
  };
}

/** Of two that were accepted: on a later connection, or, as far as anybody knows, on the same one and later in order. */
const isTakenAfter = (one: Aimed, other: Aimed): boolean =>
  one.generation === undefined || other.generation === undefined || one.generation === other.generation
    ? isBefore(other.order, one.order)
    : one.generation > other.generation;

const unsettledSince = (
  {
    limit,
    later,
    untilMs,
    transactionId,
    isStray,
    toldSkewMs,
  }: Pick<LeaseAttempt, 'limit' | 'later' | 'untilMs' | 'transactionId' | 'isStray' | 'toldSkewMs'>,
  takenAtMs: EpochMs,
): UnsettledLimit => ({
  ...{ limit, untilMs, transactionId, provableFromMs: takenAtMs + OBEYS_WITHIN_MS },
  ...withLater(later),
  ...withToldSkew(toldSkewMs),
  ...(isStray === true ? { isStray } : {}),
});

const mergeAll = (limits: readonly UnsettledLimit[]): UnsettledLimit | undefined =>
  limits.reduce<UnsettledLimit | undefined>(
    (merged, next) => (merged === undefined ? next : merge(merged, next)),
    undefined,
  );

/** Both by the same clock. Each counts to its own end: the higher of two no longer than its lease, where the lower one has been given a later end. */
const merge = (one: UnsettledLimit, other: UnsettledLimit): UnsettledLimit => ({
  ...atMost([...levelsOf(one), ...levelsOf(other)]),
  transactionId: one.transactionId === other.transactionId ? one.transactionId : undefined,
  provableFromMs: Math.max(one.provableFromMs, other.provableFromMs),
  ...withToldSkew(one.toldSkewMs === other.toldSkewMs ? one.toldSkewMs : undefined),
  ...(one.isStray === true || other.isStray === true ? { isStray: true } : {}),
});

/** A limit that may be obeyed until then. */
type Level = Pick<UnsettledLimit, 'limit' | 'untilMs'>;

const levelsOf = ({ limit, later, untilMs }: Pick<UnsettledLimit, 'limit' | 'later' | 'untilMs'>): readonly Level[] =>
  later === undefined || later.fromMs >= untilMs
    ? [{ limit, untilMs }]
    : [
        { limit, untilMs: later.fromMs },
        { limit: later.limit, untilMs },
      ];

/** The highest of them at each instant, in two steps: where there would be more, the second is the highest of the rest, to the last end. */
function atMost(levels: readonly Level[]): Pick<UnsettledLimit, 'limit' | 'later' | 'untilMs'> {
  const highest = levels.reduce((most, next) =>
    next.limit > most.limit || (next.limit === most.limit && next.untilMs > most.untilMs) ? next : most,
  );
  const rest = levels.filter(({ untilMs }) => untilMs > highest.untilMs);
  const [first] = rest;
  if (first === undefined) return highest;
  const limit = rest.reduce((most, next) => (next.limit > most ? next.limit : most), first.limit);
  const untilMs = Math.max(...rest.map((level) => level.untilMs));
  return { limit: highest.limit, later: { fromMs: highest.untilMs, limit }, untilMs };
}

/** As a field: absent where there is none. */
function withEarlier(set: LimitSet, earlier: EarlierLimit | undefined): LimitSet {
  if (set.earlier === earlier) return set;
  const { earlier: _, ...rest } = set;
  return earlier === undefined ? rest : { ...rest, earlier };
}

export interface FallbackAnswer {
  readonly outcome: LimitOutcome;
  /** Given after the last boot. */
  readonly sinceBoot: boolean;
  /** Its station has booted since it came to this site. */
  readonly hasBooted: boolean;
  readonly atMs: EpochMs;
}

/** What was accepted counts at once; what it may obey instead counts until it has surely come to obey it (HO-15, H88). */
function acceptFallback(set: LimitSet, { limit }: Pick<CommandName, 'limit'>, answer: FallbackAnswer): LimitSet {
  const { installed, fallbacks } = set;
  const before = [...(installed === undefined ? [] : [installed]), ...fallbacks.map((known) => known.limit)];
  // Proven, by a record that is left of it alone: it was told here.
  const isNew = installed === undefined && !set.proven;
  const taken = { limit, answeredAtMs: answer.atMs, before: isNew ? [] : [limit, ...before] };
  const earlier = earlierThan({ ...taken, hasBooted: answer.hasBooted }, set.earlier);
  const after = withEarlier(set, answer.sinceBoot || isNew ? earlier : set.earlier);
  return answer.sinceBoot ? { ...after, proven: true, installed: limit } : { ...after, installed: installed ?? limit };
}

/** After a replay: its boot may have been read behind its answer. */
export const onceBooted = (set: LimitSet): LimitSet => withEarlier(set, asBooted(set.earlier));

/**
 * An answer to a fallback. Only one given after the last boot proves anything (SI5): the caller knows.
 *
 * @param name its `generation` is that of the connection on which it was answered
 */
export function resolveFallback(
  set: LimitSet,
  name: Pick<CommandName, 'limit'> & Aimed & { readonly commandId: string },
  answer: FallbackAnswer,
): LimitSet {
  const others = set.fallbacks.filter((known) => known.commandId !== name.commandId);
  switch (answer.outcome) {
    case 'accepted':
      return {
        ...acceptFallback(set, name, answer),
        fallbacks: others.filter((known) => !isSettledBy(known, name)),
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

/** It never ends by itself: where nobody noted its connection, the order must do, or it would count for ever. */
const isSettledBy = (known: Aimed, answered: Aimed): boolean =>
  known.generation === undefined ? isBefore(known.order, answered.order) : isSurelyBefore(known, answered);

/**
 * A newer sample replaces the older one (SI6) and may show that an acknowledged decrease is obeyed (HO-7). Of two of one instant, as of a station that tells
 * whole seconds, nobody knows which is newer: the higher one counts.
 */
export function takeSample(set: LimitSet, sample: Sample): LimitSet {
  const before = set.sample;
  if (before !== undefined && sample.sampledAtMs < before.sampledAtMs) return set;
  if (before?.sampledAtMs === sample.sampledAtMs && sample.draw <= before.draw) return set;
  const isProof = sample.isUnread !== true && sample.isMasked !== true && showsObeyed(set, sample, before);
  const newest = isDown(set, sample, before) ? { ...sample, downSinceMs: set.acknowledged?.answeredAtMs ?? 0 } : sample;
  return { ...set, sample: newest, unsettled: isProof ? leftUnseen(set, sample.sampledAtMs) : set.unsettled };
}

/**
 * What a sample that shows the newest limit obeyed cannot tell from it: an older one that says as little now, and hides beneath what is seen to be
 * obeyed no more, may stay where the newest one is to fall, or last when it has ended (SI4).
 */
function leftUnseen({ acknowledged, unsettled }: LimitSet, atMs: EpochMs): UnsettledLimit | undefined {
  if (acknowledged === undefined || unsettled === undefined) return undefined;
  const limit = limitAt(acknowledged, atMs);
  const { later, ...rest } = unsettled;
  const lower = later !== undefined && later.limit < limit ? later : undefined;
  const left: UnsettledLimit = { ...rest, limit, ...withLater(lower) };
  const newest = { limit, ...withLater(laterThan(acknowledged, atMs)), untilMs: acknowledged.untilMs };
  return isSomewhereAbove(left, newest) ? left : undefined;
}

/** After a replay: what the last sample shows of the last answer, whichever of the two was read first. */
export const settleByLastSample = (set: LimitSet): LimitSet =>
  set.sample !== undefined && showsObeyed(set, set.sample, undefined)
    ? { ...set, unsettled: leftUnseen(set, set.sample.sampledAtMs) }
    : set;

/** TxProfiles vanish with their transaction, and its car with its draw. Unanswered ones stay: they may come late. */
export function endTransaction(set: LimitSet, transactionId: TransactionId): LimitSet {
  if (set.ended.includes(transactionId)) return set;
  const ended = [transactionId, ...set.ended].slice(0, MAX_ENDED_TRANSACTIONS);
  // A sample of the next car may be read before the end of this one: they stand in different topics.
  const isNext = set.sample?.transactionId !== undefined && set.sample.transactionId !== transactionId;
  const sample = isNext ? set.sample : undefined;
  if (set.acknowledged === undefined) return { ...set, ended, sample };
  if (set.acknowledged.transactionId !== transactionId) return { ...set, ended };
  return { ...set, ended, acknowledged: undefined, unsettled: undefined, sample };
}

/** Nothing is known of a station that has just booted (H91), and nobody answers what was asked before. */
export const reboot = (set: LimitSet): LimitSet => ({ ...disconnect(set), proven: false });

/** Answers do not cross connections; what was sent may have arrived (SI3). */
export const disconnect = (set: LimitSet): LimitSet => ({
  ...set,
  attempts: set.attempts.map(withoutWait),
  fallbacks: set.fallbacks.map(withoutWait),
});
