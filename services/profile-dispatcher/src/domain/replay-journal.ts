import { type EvseId, evseId } from '@headroom/kernel';
import { type BackSet, intendBack, withBack, withBoth } from './back-set.ts';
import { readCommandId } from './command-name.ts';
import { type EvseControl, withLease } from './evse-control.ts';
import type { CommandAnswered, CommittedChanged, LimitIntended, LimitResolved } from './facts.ts';
import { withLater } from './later-limit.ts';
import { withToldSkew } from './told-clock.ts';
import { unwatchStation } from './unwatch.ts';
import { intendFallback, intendLease, type LeaseAttempt } from './limit-set.ts';
import { afterRaise, paceAfter } from './pace.ts';
import { afterAnswer, afterReplay, afterTold } from './pausing.ts';
import { answerToFallback } from './resolve-command.ts';
import { onceBooted, resolveFallback, settleByLastSample } from './resolve-limit.ts';
import { learnZero } from './zero-refusal.ts';
import { controlOf, setControl, type SiteState, stationOf } from './site-state.ts';

/**
 * An earlier owner's intent: it counts whether or not anybody knows what became of it (HO-2: intents of lower epochs
 * are never dropped). Nobody waits for its answer: if it is still wanted, it is sent anew.
 *
 * @param isStray it stands behind the mark of a later owner
 */
export function onLimitIntended(site: SiteState, fact: LimitIntended, isStray: boolean): void {
  const { stationId, evse, commandId, limit, later, transactionId, untilMs, generation, toldSkewMs } = fact;
  unwatchStation(site, stationId, fact.intendedAtMs);
  const control = controlOf(site, stationId, evse);
  const order = { epoch: fact.epoch, seq: fact.seq };
  const attempt = { commandId, order, generation, limit, answerDueMs: undefined };
  const set =
    fact.purpose === 'fallback' || transactionId === undefined || untilMs === undefined
      ? intendFallback(control.set, attempt)
      : intendLease(control.set, {
          ...attempt,
          ...withLater(later),
          transactionId,
          untilMs,
          ...withToldSkew(toldSkewMs),
          ...(isStray ? { isStray } : {}),
        });
  // One that is read twice was sent once.
  const isNew = set !== control.set;
  const raised = isNew && fact.increase ? afterRaise(control.raised, fact.intendedAtMs, commandId) : control.raised;
  const pausing = isNew && !isStray ? afterTold(control.pausing, fact) : control.pausing;
  const isLease = fact.purpose === 'lease' && transactionId !== undefined && untilMs !== undefined;
  const by = { ...withToldSkew(toldSkewMs), ...(isStray ? { isStray } : {}) };
  const lease = isLease && isNew ? { ...attempt, transactionId, untilMs, ...by } : undefined;
  const back = lease === undefined ? control.back : intendBack(control, lease, fact.discharge);
  setControl(site, withBack({ ...control, set, raised, pausing }, back));
}

export function onLimitResolved(site: SiteState, fact: LimitResolved): void {
  const before = controlOf(site, fact.stationId, fact.evse);
  const control = {
    ...before,
    pausing: afterAnswer(before.pausing, fact),
    raised: paceAfter(before.raised, fact),
  };
  setControl(
    site,
    fact.purpose === 'lease'
      ? learnZero(site, { before: control, after: withLease(control, fact) }, fact)
      : withRecordedFallback(site, control, fact),
  );
}

/** What a fallback proves hangs on the boots, and those stand in the stations' own facts. */
function withRecordedFallback(
  site: SiteState,
  control: EvseControl,
  { commandId, limit, outcome, epoch, seq, atMs }: LimitResolved,
): EvseControl {
  const order = readCommandId(commandId)?.order ?? { epoch, seq };
  const { generation } = control.set.fallbacks.find((known) => known.commandId === commandId) ?? {};
  const hasBooted = stationOf(site, control.stationId).bootGeneration !== undefined;
  const answer = { outcome, sinceBoot: false, hasBooted, atMs };
  const set = resolveFallback(control.set, { commandId, limit, order, generation }, answer);
  return { ...control, set };
}

/**
 * What the owner had let go of by then, for reasons that stand in other topics: samples, ends of leases and transactions.
 * It says nothing of an intent that it may not have read (a stray), nor, by name, of several that were folded into one.
 */
export function onCommittedChanged(site: SiteState, fact: CommittedChanged): void {
  const control = controlOf(site, fact.stationId, fact.evse);
  const { set } = control;
  const has = (kind: CommittedChanged['members'][number]['kind']): boolean =>
    fact.members.some((member) => member.kind === kind);
  const isNamed = ({ commandId, limit, later, untilMs }: LeaseAttempt): boolean =>
    commandId === undefined
      ? has('unresolved')
      : fact.members.some((member) =>
          member.kind === 'unresolved'
            ? // By then its second period may have counted already.
              (member.limit === limit || member.limit === later?.limit) && member.untilMs === untilMs
            : isTaken(member, { limit, untilMs }),
        );
  const attempts = set.attempts.filter((attempt) => attempt.isStray === true || isNamed(attempt));
  setControl(site, {
    ...withBack(control, fact.discharge === 0 ? strayBack(control.back) : control.back),
    set: {
      ...set,
      attempts,
      acknowledged: has('acknowledged') ? set.acknowledged : undefined,
      unsettled: has('unsettled') || set.unsettled?.isStray === true ? set.unsettled : undefined,
    },
  });
}

/**
 * What was resolved is told before what counts for it; but where the first of the two appends fails, and the second does not, it stands behind it. What
 * the owner counts so may be this very attempt, accepted, and is let go of by name only once that has been read.
 */
const isTaken = (
  { kind, limit, untilMs = Infinity }: CommittedChanged['members'][number],
  attempt: Pick<LeaseAttempt, 'limit' | 'untilMs'>,
): boolean => (kind === 'acknowledged' || kind === 'unsettled') && limit >= attempt.limit && untilMs >= attempt.untilMs;

/** What is left where the owner had let go of all that he knew of. Who does not know of it says nothing, and lets go of nothing. */
const strayBack = (back: BackSet | undefined): BackSet | undefined =>
  back && {
    ...back,
    attempts: back.attempts.filter(({ isStray }) => isStray === true),
    acknowledged: undefined,
    unsettled: back.unsettled?.isStray === true ? back.unsettled : undefined,
  };

/** Answers that were read while their intents may not have been: the newest of each EVSE. */
export type NotedAnswers = Map<EvseId, readonly CommandAnswered[]>;
export const MAX_NOTED_ANSWERS = 16;

/** While replaying: boots and answers stand in one topic and so in order, hence what a fallback proves is taken at once. */
export function noteAnswer(site: SiteState, noted: NotedAnswers, answer: CommandAnswered): void {
  const name = readCommandId(answer.commandId);
  if (name === undefined) return;
  const id = evseId(answer.stationId, name.evse);
  noted.set(id, [...(noted.get(id) ?? []), answer].slice(-MAX_NOTED_ANSWERS));
  if (name.purpose !== 'fallback' || answer.outcome !== 'accepted') return;
  const control = controlOf(site, answer.stationId, name.evse);
  const proof = answerToFallback(site, answer);
  const { commandId, generation } = answer;
  setControl(site, { ...control, set: resolveFallback(control.set, { ...name, commandId, generation }, proof) });
}

/**
 * The end of a replay, once the noted answers have been taken in: what the last sample shows, and what the last record
 * of the journal says of stations whose last boot is no longer retained.
 */
export function closeReplay(site: SiteState, lastRecords: ReadonlyMap<EvseId, CommittedChanged>): void {
  for (const control of [...site.controls.values()]) {
    const record = lastRecords.get(control.evseId);
    const wasProven = record !== undefined && !record.members.some(({ kind }) => kind === 'hardware-maximum');
    const noBootSince = stationOf(site, control.stationId).bootGeneration === undefined;
    const settled = withBoth(control, (set) => settleByLastSample(noBootSince ? set : onceBooted(set)));
    const proven = settled.set.proven || (wasProven && noBootSince);
    setControl(site, { ...settled, set: { ...settled.set, proven }, pausing: afterReplay(control.pausing) });
  }
}
