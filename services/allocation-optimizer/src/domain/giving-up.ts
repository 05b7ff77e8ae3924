import { type EpochMs, epochMs } from '@headroom/kernel';
import type { Given } from './control-memory.ts';
import { NOTHING_BELOW_DECI_A } from './evolve-draw.ts';
import { type EvseState, largestPhase, sessionEnergy } from './site-state.ts';

/** UD2: a car that has charged and says by itself that it takes no more has only its minimum kept ready from then on. */
export const STOPS_AFTER_MS = 10_000;

/** A car that takes nothing for this long keeps only what is reserved for it anyway. */
export const IDLE_AFTER_MS = 60_000;

/** RF6: and one that takes nothing for so long, though it may, gives its place up to whoever wants it. */
export const GIVES_UP_AFTER_MS = 300_000;

/** Where it was seen to take nothing before. */
export const GIVES_UP_AGAIN_AFTER_MS = 90_000;

/** Then it has nothing for so long, even where something would be left, and is offered its place again: cars wake by a timer, or to be heated. */
export const RESTS_FOR_MS = 3_600_000;
/** One that has charged and stopped by itself is full, most likely: to make room for it would start it for nothing, in the place of another. */
export const CHARGED_RESTS_FOR_MS = 14_400_000;
/** And one that has all that its driver asked for is full. */
export const SERVED_RESTS_FOR_MS = 43_200_000;

/** Less than this is no charge, but what the electronics of a station take. */
const CHARGED_WH = 500;
/** Of who says itself that it has stopped less will do: taken for one that has, it has its minimum a minute earlier than it would have anyway. */
const STOPPED_WH = 200;
/** So close to what was asked for it has it all: registers count whole watt-hours, and drivers do not. */
const SERVED_WITHIN_WH = 100;

/** What it shows that a car wants at the moment. */
export interface Wish {
  /** It takes nothing, and keeps no more than its minimum ready. */
  readonly isSilent: boolean;
  /** Long enough for others to come first. */
  readonly idle: boolean;
  /** RF6: long enough for its place to be anybody's. */
  readonly gaveUp: boolean;
  /** OD3: it is not even offered what is left, as little rests are for a moment. */
  readonly rests: boolean;
}

export function wishOf(facts: EvseState, before: Given, nowMs: EpochMs): Wish {
  const isSilent = wantsNothing(facts, nowMs);
  const idle = isSilent && hasHad(before, IDLE_AFTER_MS, nowMs);
  const gaveUp = idle && hasGivenUp(facts, before, nowMs);
  return {
    isSilent: isSilent || hasStopped(facts, before, nowMs),
    idle,
    gaveUp,
    rests: gaveUp && restsWholly(facts, before, nowMs),
  };
}

/** After its first hour a car that is not known to be full has what nobody else can use, though nobody makes room for it before its rest is over. */
function restsWholly(facts: EvseState, { limit, changedAtMs }: Given, nowMs: EpochMs): boolean {
  if (limit > 0 || changedAtMs === undefined) return false;
  const restMs = restOf(facts);
  return nowMs < changedAtMs + (restMs === SERVED_RESTS_FOR_MS ? restMs : RESTS_FOR_MS);
}

/** UD2 at its end: the car says that it is full or waits, or takes nothing though it may. */
export function wantsNothing(facts: EvseState, nowMs: EpochMs): boolean {
  const sinceMs = takesNothingSince(facts);
  return sinceMs !== undefined && nowMs - sinceMs >= IDLE_AFTER_MS;
}

/** It charged, and says that it has stopped. What it says in its first minute is no answer to being let in: it may be about to start. */
function hasStopped(facts: EvseState, { onSinceMs }: Given, nowMs: EpochMs): boolean {
  const sinceMs = saidSince(facts);
  if (sinceMs === Infinity || nowMs - sinceMs < STOPS_AFTER_MS || !hasTaken(facts, STOPPED_WH)) return false;
  return onSinceMs === undefined || sinceMs - onSinceMs >= IDLE_AFTER_MS;
}

const hasTaken = (facts: EvseState, leastWh: number): boolean => (sessionEnergy(facts) ?? 0) >= leastWh;
const hasCharged = (facts: EvseState): boolean => hasTaken(facts, CHARGED_WH);

/** It was not let in only just now: what was known of its car before is no answer to that. */
const hasHad = ({ onSinceMs }: Given, forMs: number, nowMs: EpochMs): boolean =>
  onSinceMs === undefined || nowMs - onSinceMs >= forMs;

/** RF6. Of who took nothing the last time either it is known sooner. */
function hasGivenUp(facts: EvseState, before: Given, nowMs: EpochMs): boolean {
  const sinceMs = takesNothingSince(facts);
  if (sinceMs === undefined) return false;
  const afterMs = tookNothing(facts, before) ? GIVES_UP_AGAIN_AFTER_MS : GIVES_UP_AFTER_MS;
  return nowMs - sinceMs >= afterMs && hasHad(before, afterMs, nowMs);
}

/** It took nothing already before its limit last rose, and has drawn nothing since. */
export function tookNothing(facts: EvseState, { raisedAtMs }: Given): boolean {
  const sinceMs = takesNothingSince(facts);
  return sinceMs !== undefined && raisedAtMs !== undefined && sinceMs < raisedAtMs;
}

/** When the rest of who has given its place up is over. Undefined: it has something, or never had. */
export function restsUntil(facts: EvseState, { limit, changedAtMs }: Given): EpochMs | undefined {
  return limit > 0 || changedAtMs === undefined ? undefined : epochMs(changedAtMs + restOf(facts));
}

/** How long a rest is, in milliseconds. Of who has no meter nobody knows that it has charged: it is asked sooner. */
export function restOf(facts: EvseState): number {
  if (!hasCharged(facts)) return RESTS_FOR_MS;
  const askedWh = facts.session?.requested?.energy ?? Infinity;
  const isServed = (sessionEnergy(facts) ?? 0) + SERVED_WITHIN_WH >= askedWh;
  return isServed ? SERVED_RESTS_FOR_MS : CHARGED_RESTS_FOR_MS;
}

/** Undefined: it takes something, or nobody knows that it does not. */
function takesNothingSince(facts: EvseState): EpochMs | undefined {
  if (facts.transaction === undefined) return undefined;
  const sinceMs = Math.min(saidSince(facts), facts.draw.nothingSinceMs ?? Infinity);
  return sinceMs === Infinity ? undefined : epochMs(sinceMs);
}

/** Since when the car itself says so, by its transaction or its status. Infinity: it does not, or draws again since. */
function saidSince({ transaction, chargingState, status, sample }: EvseState): number {
  if (transaction === undefined) return Infinity;
  const saidByTransaction =
    chargingState?.value === 'suspended-ev' && chargingState.transactionId === transaction.transactionId
      ? chargingState.sinceMs
      : Infinity;
  const saidByStatus = status?.value === 'suspended-ev' ? Math.max(status.sinceMs, transaction.openedAtMs) : Infinity;
  const saidMs = Math.min(saidByTransaction, saidByStatus);
  const drawsAgain =
    sample !== undefined && sample.receivedAtMs > saidMs && (largestPhase(sample) ?? 0) >= NOTHING_BELOW_DECI_A;
  return drawsAgain ? Infinity : saidMs;
}
