import { type DeciAmps, deciAmps, type EpochMs, type WattHours } from '@headroom/kernel';
import { learnPhases, type PhaseEvidence } from '@headroom/site-model';
import type { EvseSample } from './facts.ts';
import { givesBack } from './given-back.ts';
import { type DrawState, type EvseState, largestPhase, type TransactionState } from './site-state.ts';

/** UD2: this far below its limit a car is not using it ... */
export const UNDER_TOLERANCE_DECI_A = 20;
/** ... for this long ... */
export const UNDER_FOR_MS = 30_000;
/** ... and this long after its limit last rose: cars ramp slowly. */
export const UNDER_AFTER_INCREASE_MS = 60_000;
/** UD3: this close to its limit a car wants more. */
export const RECOVER_WITHIN_DECI_A = 10;
export const RECOVER_EVERY_MS = 10_000;
const RECOVER_LEAST_DECI_A = 40;
/** Below this a car draws nothing: the electronics of a station take a little. */
export const NOTHING_BELOW_DECI_A = 10;
/** UD5: above its limit by more than this, and 5 %, a station does not obey. */
const OVER_TOLERANCE_DECI_A = 10;
/**
 * A car follows its pilot within 5 s (IEC 61851-1), and what tells it is on its way for a moment: until then a draw above a limit that was lowered
 * is one on its way down, as long as all of it still counts for it. The dispatcher waits longer before it says that a station does not obey; here it
 * is only that its neighbours make room.
 */
export const OBEYS_WITHIN_MS = 6_000;
/** A station's clock may be ahead by so much: its lease ends sooner. */
const LEASE_MARGIN_MS = 5_000;
/** A learned bound moves in whole amperes: a draw that trembles is no news. */
const BOUND_STEP_DECI_A = 10;
const MAX_BOUND_DECI_A = 100_000;
/** A sample that tells what flowed back counts as that of the start of its transaction so long after it, or before by another clock. */
export const EXPORT_STARTS_WITHIN_MS = 120_000;

/**
 * What a sample says: the draw itself, the phases on which it flows, and how the car behaves under the limit it was
 * sent. `sinceMs`: until then nothing was learned of phases.
 */
export function evolveSample(before: EvseState, sample: EvseSample, sinceMs: EpochMs): EvseState {
  const phases = learned(before.phases, sample, sinceMs);
  const evse = phases === undefined || phases === before.phases ? before : { ...before, phases };
  if (evse.sample !== undefined && evse.sample.sampledAtMs >= sample.sampledAtMs) return evse;
  const transaction = evse.transaction === undefined ? {} : { transaction: withRegisters(evse.transaction, sample) };
  return { ...evse, ...transaction, sample: withWhatStands(evse, sample), draw: evolveBehaviour(evse, sample) };
}

/**
 * Not every sample says what the battery holds, or what its meter stands at: what one of the same transaction said last stands until then. Else what a
 * car still wants would jump with each such sample.
 */
function withWhatStands({ sample: before, transaction }: EvseState, sample: EvseSample): EvseSample {
  const { socPercent = before?.socPercent, register = before?.register } = sample;
  if (socPercent === sample.socPercent && register === sample.register) return sample;
  if (transaction === undefined || sample.transactionId !== transaction.transactionId) return sample;
  if (before?.transactionId !== transaction.transactionId) return sample;
  return {
    ...sample,
    ...(socPercent === undefined ? {} : { socPercent }),
    ...(register === undefined ? {} : { register }),
  };
}

/** Registers of a transaction count from its start; where nobody told that, from its first sample. */
function withRegisters(transaction: TransactionState, sample: EvseSample): TransactionState {
  const { register, exported } = sample;
  const meterStart = transaction.meterStart ?? register;
  const exportStart = transaction.exportStart ?? (isOfItsStart(transaction, sample) ? exported : undefined);
  const exportSeen = exportStart === undefined ? undefined : highest(transaction.exportSeen, exported);
  if (meterStart === transaction.meterStart && exportSeen === transaction.exportSeen) return transaction;
  return {
    ...transaction,
    ...(meterStart === undefined ? {} : { meterStart }),
    ...(exportStart === undefined || exportSeen === undefined ? {} : { exportStart, exportSeen }),
  };
}

/**
 * Whoever reads a log in the middle of a transaction may have missed the samples before: what flowed back until then he does not know, and
 * nobody else does.
 */
const isOfItsStart = ({ openedAtMs }: TransactionState, { sampledAtMs }: EvseSample): boolean =>
  Math.abs(sampledAtMs - openedAtMs) <= EXPORT_STARTS_WITHIN_MS;

const highest = (a: WattHours | undefined, b: WattHours | undefined): WattHours | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

function learned(before: PhaseEvidence | undefined, sample: EvseSample, sinceMs: EpochMs): PhaseEvidence | undefined {
  const { transactionId, current, power, isGood, sampledAtMs } = sample;
  return learnPhases(before, { transactionId, current, power, isGood, sampledAtMs }, sinceMs);
}

function evolveBehaviour(evse: EvseState, sample: EvseSample): DrawState {
  // A car that gives back shows nothing of what it would take.
  if (givesBack(evse, sample)) return evse.draw.bound === undefined ? {} : { bound: evse.draw.bound };
  const measured = largestPhase(sample);
  const limit = evse.dispatch.commanded;
  // Without a transaction, a limit of ours or a current, the draw says nothing about the car.
  if (evse.transaction === undefined || measured === undefined || limit === undefined) return evse.draw;
  const at = sample.receivedAtMs;
  const { draw } = evse;
  const offered = offeredOf(evse, limit);
  const isOffered = limit > 0 && !isOver(evse, at);
  const under = isOffered && measured < offered - UNDER_TOLERANCE_DECI_A;
  // Who was offered nothing shows nothing: what was seen before that stands (RF6).
  const nothing = measured < NOTHING_BELOW_DECI_A && (isOffered || draw.nothingSinceMs !== undefined);
  const held = heldTo(evse, limit, at);
  const isAbove = measured > held + Math.max(OVER_TOLERANCE_DECI_A, Math.ceil(held / 20));
  const over = isAbove && !isOnItsWayDown(evse, { measured, at });
  const bound = isOver(evse, at) ? draw.bound : nextBound(evse, { measured, offered, at });
  return {
    ...(under ? { underSinceMs: draw.underSinceMs ?? at } : {}),
    ...(nothing ? { nothingSinceMs: draw.nothingSinceMs ?? at } : {}),
    ...(over ? { overSinceMs: draw.overSinceMs ?? at } : {}),
    ...(isAbove && draw.loweredSinceMs !== undefined ? { loweredSinceMs: draw.loweredSinceMs } : {}),
    ...(bound === undefined ? {} : { bound }),
  };
}

/**
 * Of a lease that is over and was not renewed: its car has the permanent limit, and shows nothing of what it would take of more. It may be let end on
 * purpose, to see whether it does (SI28).
 */
const isOver = ({ dispatch: { leaseUntilMs = Infinity } }: EvseState, at: EpochMs): boolean =>
  at >= leaseUntilMs - LEASE_MARGIN_MS;

/** Once its lease is over it has its permanent limit: what it may be obeying then counts for it. */
const heldTo = (evse: EvseState, limit: DeciAmps, at: EpochMs): number =>
  isOver(evse, at) ? Math.max(limit, evse.dispatch.committed ?? limit) : limit;

/**
 * To take it for disobedience would lower its neighbours, and raise them again with its next sample: nobody was to have what it still draws, for it
 * counts with that until it is seen to follow (SI4).
 */
const isOnItsWayDown = (
  { draw: { loweredSinceMs, overSinceMs }, dispatch: { committed, measured: beyond } }: EvseState,
  { measured, at }: Pick<Observation, 'measured' | 'at'>,
): boolean =>
  // Who did not obey before it was lowered is not forgiven for it; nor is a draw that counts only because it was seen.
  overSinceMs === undefined &&
  beyond === undefined &&
  loweredSinceMs !== undefined &&
  at - loweredSinceMs < OBEYS_WITHIN_MS &&
  committed !== undefined &&
  measured <= committed;

/** What its car sees of a limit: no more can be expected of it. */
const offeredOf = ({ dispatch }: EvseState, limit: DeciAmps): number =>
  Math.floor((limit * (dispatch.passesPercent ?? WHOLE_PERCENT)) / WHOLE_PERCENT);

/** The least limit by which its car is offered so much. */
export const limitFor = ({ passesPercent = WHOLE_PERCENT }: EvseState['dispatch'], deciA: number): number =>
  Math.ceil((deciA * WHOLE_PERCENT) / passesPercent);

const WHOLE_PERCENT = 100;

interface Observation {
  readonly measured: DeciAmps;
  /** By its limit. */
  readonly offered: number;
  readonly at: EpochMs;
}

function nextBound({ draw, dispatch }: EvseState, { measured, offered, at }: Observation): DrawState['bound'] {
  const { bound, underSinceMs } = draw;
  // UD4: only where the bound is what holds it. A car that follows a lower limit does not show that it takes more.
  const isAtBound = bound !== undefined && limitFor(dispatch, offered) >= bound.limit - RECOVER_WITHIN_DECI_A;
  if (isAtBound && measured >= offered - RECOVER_WITHIN_DECI_A) {
    if (at - bound.changedAtMs < RECOVER_EVERY_MS) return bound;
    const raised = bound.limit + Math.max(RECOVER_LEAST_DECI_A, Math.ceil(bound.limit / 4));
    return { limit: deciAmps(Math.min(raised, MAX_BOUND_DECI_A)), changedAtMs: at };
  }
  const stillUnder = measured < offered - UNDER_TOLERANCE_DECI_A;
  const longEnough = underSinceMs !== undefined && at - underSinceMs >= UNDER_FOR_MS;
  const settled = at - (dispatch.commandedRaisedAtMs ?? -Infinity) >= UNDER_AFTER_INCREASE_MS;
  if (!stillUnder || !longEnough || !settled) return bound;
  const seen = Math.ceil(limitFor(dispatch, measured + UNDER_TOLERANCE_DECI_A) / BOUND_STEP_DECI_A) * BOUND_STEP_DECI_A;
  if (bound !== undefined && seen >= bound.limit) return bound;
  return { limit: deciAmps(seen), changedAtMs: at };
}
