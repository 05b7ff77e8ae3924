import { type DeciAmps, deciAmps, type EpochMs } from '@headroom/kernel';
import { type EvseModel, isWithin, type LadderEnd, type LadderStep, stepAfter } from '@headroom/site-model';
import { backOfCommand } from './back-set.ts';
import { type EvseControl, lastLease, refusesZero, type ZeroRefusal } from './evse-control.ts';
import type { EvseDisobeys } from './facts.ts';
import { flowingAtMost, type FlowTime, isOverIn, overfullRows } from './flowing.ts';
import { stepOf } from './judge-sample.ts';
import { limitAt } from './later-limit.ts';
import { type Disobedience, STEP_LASTS_MS } from './obedience.ts';
import { isSaidAsNothing, leastLimit } from './planned-kind.ts';
import type { LimitOutcome } from './resolve-limit.ts';
import { controlAt, controlsOfStation, ladderEndOf, setControl, type SiteState, stationOf } from './site-state.ts';

/**
 * From when nothing but 0 A fits until the transaction of a station that refuses it is stopped: as long as one has that was forbidden to draw.
 * By then those that were lowered with it have obeyed, and a short peak of the building is over: no word of ours begins a transaction again.
 */
export const PRESSED_FOR_MS = STEP_LASTS_MS.forbid;

export interface LeaseAnswer {
  readonly commandId: string;
  readonly limit: DeciAmps;
  readonly outcome: LimitOutcome;
}

/**
 * H86: what the answer to a lease tells of 0 A, for all EVSEs of its station. One that refuses its least as well refuses whatever it is told:
 * of 0 A that tells nothing, and it is told that again (later and later, as anything that fails).
 *
 * @param before the control before the answer was taken in
 * @param after the same after it; what is returned takes its place
 */
export function learnZero(
  site: SiteState,
  { before, after }: { readonly before: EvseControl; readonly after: EvseControl },
  { commandId, limit, outcome }: LeaseAnswer,
): EvseControl {
  const attempt = before.set.attempts.find((known) => known.commandId === commandId);
  // One with two periods may have been refused for either of them, or for their number; an update because there was nothing to update.
  if (attempt === undefined || attempt.later !== undefined || attempt.isUpdate === true) return after;
  // Nor one that lets its car give back.
  if (backOfCommand(before, commandId) > 0) return after;
  const { stationId, refusal } = after;
  const isNothing = isSaidAsNothing(site, { stationId, limit });
  if (outcome === 'accepted') return isNothing && refusal !== undefined ? ofStation(site, after, undefined) : after;
  if (outcome !== 'rejected') return after;
  const { transactionId } = attempt;
  if (!isNothing) return isLeast(site, after, limit) ? doubted(after) : after;
  if (refusal?.transactionId === transactionId) return after;
  return {
    ...ofStation(site, after, (refusal?.times ?? 0) + 1),
    refusal: { times: (refusal?.times ?? 0) + 1, transactionId },
  };
}

/** So many transactions of its station; undefined: it takes 0 A. */
function ofStation(site: SiteState, after: EvseControl, times: number | undefined): EvseControl {
  for (const control of controlsOfStation(site, after.stationId)) {
    setControl(site, { ...control, refusal: times === undefined ? undefined : { ...control.refusal, times } });
  }
  return { ...after, refusal: undefined };
}

const isLeast = (site: SiteState, { evseId }: EvseControl, limit: DeciAmps): boolean => {
  const evse = site.model?.evses.get(evseId);
  return evse !== undefined && limit <= leastLimit(site, evse);
};

/** What has been begun against it goes on. */
function doubted(control: EvseControl): EvseControl {
  const { refusal, disobedience, transactionId } = control;
  if (refusal === undefined || refusal.transactionId !== transactionId || disobedience !== undefined) return control;
  return { ...control, refusal: refusal.times > 1 ? { times: refusal.times - 1 } : undefined };
}

/**
 * Time passes: where its station refuses 0 A, and nothing else fits in the rows as they are now, its transaction is stopped; then the ladder
 * goes on. It counts with what it was told, no more: it obeys that. Undefined: nothing new follows.
 */
export function pressOn(
  site: SiteState,
  control: EvseControl,
  time: FlowTime,
): Omit<EvseDisobeys, 'epoch'> | undefined {
  const { refusal, disobedience: before, evseId, stationId } = control;
  const isLadder = before?.refusesZero === true;
  if (refusal === undefined && !isLadder) return undefined;
  // Who draws more than it was told is on the ladder for that. One that is away can be told nothing.
  if ((before !== undefined && !isLadder) || !stationOf(site, stationId).connected) return undefined;
  // Once its transaction is over, that it was stopped stays on record until the next one begins, or for a while (`forgive`).
  if (before?.leftAtMs !== undefined && control.transactionId === undefined) return undefined;
  const evse = site.model?.evses.get(evseId);
  if (before?.leftAtMs !== undefined) return relieve(site, control, time);
  if (refusal === undefined || evse === undefined || !isPressed(site, evse, time)) return relieve(site, control, time);
  const pressedSinceMs = refusal.pressedSinceMs ?? time.nowMs;
  const after = next(before, pressedSinceMs, { nowMs: time.nowMs, end: ladderEndOf(site) });
  if (after === before && refusal.pressedSinceMs !== undefined) return undefined;
  const service = after?.step === 'inoperative' ? 'out' : control.service;
  setControl(site, { ...control, refusal: { ...refusal, pressedSinceMs }, disobedience: after, service });
  return after === before ? undefined : recordOf(site, control, after, time.nowMs);
}

function next(
  before: Disobedience | undefined,
  sinceMs: EpochMs,
  { nowMs, end }: { readonly nowMs: EpochMs; readonly end: LadderEnd },
): Disobedience | undefined {
  const step = nextStep(before, sinceMs, { nowMs, end });
  if (step === undefined) return before;
  return { sinceMs: before?.sinceMs ?? sinceMs, step, steppedAtMs: nowMs, refusesZero: true, isDue: true };
}

function nextStep(
  before: Disobedience | undefined,
  sinceMs: EpochMs,
  { nowMs, end }: { readonly nowMs: EpochMs; readonly end: LadderEnd },
): LadderStep | undefined {
  if (before !== undefined)
    return nowMs >= before.steppedAtMs + STEP_LASTS_MS[before.step] ? stepAfter(before.step, end) : undefined;
  if (nowMs < sinceMs + PRESSED_FOR_MS) return undefined;
  return isWithin('stop', end) ? 'stop' : 'alarm';
}

/** There is room again, or its transaction is over. */
function relieve(site: SiteState, control: EvseControl, { nowMs }: FlowTime): Omit<EvseDisobeys, 'epoch'> | undefined {
  const { refusal, disobedience } = control;
  if (refusal?.pressedSinceMs === undefined && disobedience === undefined) return undefined;
  setControl(site, { ...control, refusal: refusal && unpressed(refusal), disobedience: undefined });
  return disobedience && recordOf(site, control, undefined, nowMs);
}

function unpressed(refusal: ZeroRefusal): ZeroRefusal {
  const { pressedSinceMs: _, ...rest } = refusal;
  return rest;
}

function recordOf(site: SiteState, control: EvseControl, after: Disobedience | undefined, nowMs: EpochMs) {
  const { set, transactionId, disobedience: before } = control;
  const last = transactionId === undefined ? undefined : lastLease(set, transactionId);
  const told = last === undefined ? (set.installed ?? NOTHING) : limitAt(last, nowMs);
  const judgement = { told, draw: set.sample?.draw ?? NOTHING, sampledAtMs: nowMs };
  return stepOf(site, control, { before, after, judgement });
}

const NOTHING = deciAmps(0);

/** It should have less than the least that its station takes, and some row in which it counts is over its limit. */
function isPressed(site: SiteState, evse: EvseModel, time: FlowTime): boolean {
  const control = controlAt(site, evse);
  const { transactionId } = control;
  const { decision } = site;
  if (!refusesZero(control)) return false;
  const target = decision?.targets.get(evse.evseId);
  if (decision === undefined || time.nowMs >= decision.validUntilMs || target === undefined) return false;
  if (transactionId === undefined || target.transactionId !== transactionId) return false;
  return limitAt(target, time.nowMs) < leastLimit(site, evse) && isOver(site, evse, time);
}

const isOver = (site: SiteState, evse: EvseModel, time: FlowTime): boolean =>
  isOverIn(
    overfullRows(site, time, (_, flow) => flowingAtMost(site, flow)),
    evse,
  );
