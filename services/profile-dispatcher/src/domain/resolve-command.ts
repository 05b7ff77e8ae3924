import type { DeciAmps, EpochMs, EvseNumber, StationId } from '@headroom/kernel';
import { backOfCommand, withDischarge } from './back-set.ts';
import { type CommandName, readCommandId } from './command-name.ts';
import { committedOf, membersOf } from './committed-set.ts';
import { afterFailure, type Backoff, type EvseControl, refusesZero, withLease } from './evse-control.ts';
import type { CommandAnswered, LimitIntended, LimitResolved } from './facts.ts';
import { withProof } from './unwatch.ts';
import { answerWatch } from './watched-lease.ts';
import { paceAfter } from './pace.ts';
import { afterAnswer } from './pausing.ts';
import { type FallbackAnswer, type LimitOutcome, resolveFallback } from './resolve-limit.ts';
import { afterLease } from './resume.ts';
import type { DispatchRules } from './rules.ts';
import { learnZero } from './zero-refusal.ts';
import { controlOf, countingOf, setControl, type SiteState, stationOf } from './site-state.ts';

export interface CommandOutcome {
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly commandId: string;
  readonly outcome: LimitOutcome;
  readonly detail: string;
  /** When it was known: an answer's instant of receipt. */
  readonly atMs: EpochMs;
  readonly nowMs: EpochMs;
  /** Of the connection on which it was answered. */
  readonly generation: number;
}

export const outcomeOf = (answer: CommandAnswered, evse: EvseNumber, nowMs: EpochMs): CommandOutcome => ({
  stationId: answer.stationId,
  evse,
  commandId: answer.commandId,
  outcome: answer.outcome,
  detail: answer.detail,
  atMs: answer.atMs,
  nowMs,
  generation: answer.generation,
});

/** Takes what became of one attempt into the site; the record of it, or undefined where it was settled before. */
export function resolveCommand(
  site: SiteState,
  result: CommandOutcome,
  rules: DispatchRules,
): LimitResolved | undefined {
  const name = readCommandId(result.commandId);
  if (name === undefined) return undefined;
  const before = controlOf(site, result.stationId, result.evse);
  const pending = name.purpose === 'lease' ? before.set.attempts : before.set.fallbacks;
  const attempt = pending.find((known) => known.commandId === result.commandId);
  // Once given up, silence adds nothing; an answer that comes late still does (H65).
  if (result.outcome === 'unanswered' && attempt?.answerDueMs === undefined) return undefined;
  const isNewest = pending.at(-1)?.commandId === result.commandId;
  const resolved = resolveIn(site, before, name, result);
  // What it learns by is no failure: the next command is another one.
  const refusedUpdate = result.outcome === 'rejected' && attempt !== undefined && 'isUpdate' in attempt;
  const refusedZero = refusesZero(resolved) && !refusesZero(before);
  const gave = backOfCommand(before, result.commandId);
  const refusedBack = result.outcome === 'rejected' && attempt !== undefined && gave > 0;
  // A lease that is only given to be watched is tried again by itself, and nothing else waits for that (SI28).
  const isTry = before.proof?.watched?.commandId === result.commandId;
  const isLesson =
    isTry || resolved.singlePeriod !== before.singlePeriod || refusedZero || refusedUpdate || refusedBack;
  const control = isNewest && !isLesson ? withBackoff(resolved, name, { ...result, gave }, rules) : resolved;
  setControl(site, control);
  if (attempt === undefined) return undefined;
  return {
    kind: 'limit-resolved',
    siteId: site.siteId,
    stationId: result.stationId,
    evse: result.evse,
    ...name.order,
    commandId: result.commandId,
    purpose: name.purpose,
    limit: name.limit,
    outcome: result.outcome,
    detail: detailOf(site, control, name, { result, rules }),
    atMs: result.atMs,
  };
}

/** Takes back a command that no gateway was given: it never existed, so no failure is counted either. */
export function forgetCommand(site: SiteState, intent: LimitIntended): void {
  const name = readCommandId(intent.commandId);
  if (name === undefined) return;
  const result = { ...intent, outcome: 'never-written' as const, detail: '', atMs: 0, nowMs: 0, generation: 0 };
  const control = resolveIn(site, controlOf(site, intent.stationId, intent.evse), name, result);
  setControl(site, control);
}

/** What an answer to a permanent limit proves hangs on the boots of its station. */
export function answerToFallback(
  site: Pick<SiteState, 'stations'>,
  { stationId, outcome, generation, atMs }: Pick<CommandOutcome, 'stationId' | 'outcome' | 'generation' | 'atMs'>,
): FallbackAnswer {
  const { bootGeneration } = stationOf(site, stationId);
  const sinceBoot = generation >= (bootGeneration ?? 0);
  return { outcome, sinceBoot, hasBooted: bootGeneration !== undefined, atMs };
}

function resolveIn(site: SiteState, before: EvseControl, name: CommandName, result: CommandOutcome): EvseControl {
  const control = {
    ...withProof(before, answerWatch(before.proof, result)),
    pausing: afterAnswer(before.pausing, result),
    raised: paceAfter(before.raised, result),
  };
  if (name.purpose === 'lease') {
    const answer = { ...result, limit: name.limit };
    const after = afterLease(site, control, withLease(control, result));
    return learnZero(site, { before: control, after }, answer);
  }
  const answer = answerToFallback(site, result);
  const fallback = { ...name, commandId: result.commandId, generation: result.generation };
  return { ...control, set: resolveFallback(control.set, fallback, answer) };
}

function withBackoff(
  control: EvseControl,
  { purpose, limit }: CommandName,
  { outcome, nowMs, gave }: CommandOutcome & { readonly gave: DeciAmps },
  rules: DispatchRules,
): EvseControl {
  const after = (before: Backoff | undefined): Backoff | undefined =>
    outcome === 'accepted' ? undefined : afterFailure(before, limit, nowMs, rules);
  const leaseBackoff = after(control.leaseBackoff);
  return purpose === 'lease'
    ? { ...control, leaseBackoff: leaseBackoff && { ...leaseBackoff, ...withDischarge(gave) } }
    : { ...control, fallbackBackoff: after(control.fallbackBackoff) };
}

/** People read this: a station that does not take its limit, how often it was told, and what it counts with meanwhile. */
function detailOf(
  site: SiteState,
  control: EvseControl,
  name: CommandName,
  { result, rules }: { readonly result: CommandOutcome; readonly rules: DispatchRules },
): string {
  const backoff = name.purpose === 'lease' ? control.leaseBackoff : control.fallbackBackoff;
  const evse = site.model?.evses.get(control.evseId);
  if (result.outcome === 'accepted' || backoff === undefined || evse === undefined) return result.detail;
  const counting = countingOf(site, evse, { leaseNowMs: result.nowMs, marginMs: rules.leaseMarginMs });
  const countsWithA = committedOf(membersOf(control.set, counting)) / 10;
  const said = result.detail === '' ? result.outcome : result.detail;
  return `${said}; failure ${backoff.failures} in a row, counts with ${countsWithA} A, again in ${backoff.notBeforeMs - result.nowMs} ms`;
}
