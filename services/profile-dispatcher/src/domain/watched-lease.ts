import type { DeciAmps, EpochMs, TransactionId } from '@headroom/kernel';
import { type Drawn, drawnAfter, type Measured, periodAtMost } from './drawn.ts';
import { JUDGED_AFTER_MS } from './obedience.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';
import type { LimitOutcome } from './resolve-limit.ts';

/** The next lease of an EVSE, which is to be watched to its end; by our clock. */
export interface Watchable {
  readonly limit: DeciAmps;
  readonly untilMs: EpochMs;
}

/** A lease below the permanent limit, or above it where that fits at rest, given to see it end (SI5, SI28). */
export interface WatchedLease {
  readonly commandId: string;
  readonly transactionId: TransactionId;
  readonly limit: DeciAmps;
  readonly untilMs: EpochMs;
  /** What its EVSE comes back to. */
  readonly fallback: DeciAmps;
  /** Nothing that is sampled later is waited for. */
  readonly overMs: EpochMs;
  /** Its station's clock less ours, as it was when this was sent: only what changes since may move the end. */
  readonly skewMs: number;
  /** Absent: its station has not accepted it yet. */
  readonly acceptedAtMs?: EpochMs;
  /** So many samples have shown it obeyed, by a car that would take more. */
  readonly lows: number;
  /** Of the first sample that shows the permanent limit again. */
  readonly backSinceMs?: EpochMs;
}

/** What was tried of one EVSE to see a lease of its model end. Not for the next owner, who tries anew. */
export interface LeaseProof {
  readonly watched?: WatchedLease;
  readonly drawn?: Drawn;
  /** A lease above the permanent limit was seen to end. Whether its car wanted that much all the time, is seen when it is told it again. */
  readonly fallen?: { readonly transactionId: TransactionId; readonly limit: DeciAmps; readonly atMs: EpochMs };
  /** The last lease that was over, and was not replaced. Absent: none since somebody owns this. */
  readonly lapsed?: { readonly transactionId: TransactionId; readonly limit: DeciAmps };
  /** When its car was last seen to take less than a lease clearly above its permanent limit. Absent: it never was. */
  readonly tookLessAtMs?: EpochMs;
  /** Tries in a row that showed nothing, and when the next may begin. */
  readonly failures: number;
  readonly notBeforeMs: EpochMs;
}

const UNTRIED: LeaseProof = { failures: 0, notBeforeMs: 0 };

/** By so much its car must have drawn more before, and does again once it is over; and so much lower the watched lease is. */
export const WATCHED_GAP_DECI_A = 10;
/** By so much a watched lease is above the permanent limit, if it is above. */
export const WATCHED_ABOVE_DECI_A = 20;
/** What a car that keeps to a limit may be measured above it ... */
const ABOVE_DECI_A = 5;
/** ... and below it. One that draws less is not held by the limit: it pauses by itself, or is full. */
const BELOW_DECI_A = 10;
/** So long after it was seen at its permanent limit a car has to take more again. */
const RISES_WITHIN_MS = 300_000;
/** Samples that must show it obeyed; and again as many, so far apart at least, that it has ended: one alone may overtake a boot. */
const LOWS_NEEDED = 2;
export const WATCHED_CONFIRMED_MS = 10_000;
/** So long it lasts at least, and at most: an EVSE that is sampled too seldom for it is not watched. */
export const WATCHED_LEAST_MS = 40_000;
export const WATCHED_MOST_MS = 300_000;
/** Its end is laid so that a sample comes so long after it, and its margin: a car takes a while to rise. */
const SHOWN_AFTER_MS = 10_000;
/** Seen to have ended later than this, it has ended too late: what leases count with is gone by then (SI2). */
export const WATCHED_LATE_MS = 20_000;
/** From its decision on a command has been answered. */
const ANSWERED_WITHIN_MS = 2_000;
/** Samples are read so long after they were taken. */
const READ_WITHIN_MS = 15_000;
/** A clock that moves by more meanwhile hides when it ended. */
const CLOCK_MOVES_AT_MOST_MS = 10_000;
/** After a try that showed nothing; doubled with each. One that something came into is no such try. */
export const WATCH_AGAIN_FIRST_MS = 300_000;
export const WATCH_AGAIN_MOST_MS = 3_600_000;

/**
 * When a lease that is given now is to end, so that two samples fall well within it and one just behind it, wherever in their period it begins: those
 * count that come once its station and its car have had their time to follow.
 *
 * @param marginMs of the ends of leases
 * @returns by our clock; undefined: its EVSE is sampled too seldom for that, or was sampled only once
 */
export function watchedUntil(drawn: Drawn, nowMs: EpochMs, marginMs: number): EpochMs | undefined {
  const { atMs, everyMs } = drawn;
  if (everyMs === undefined || everyMs <= 0) return undefined;
  const shownMs = marginMs + SHOWN_AFTER_MS;
  const lowsMs = ANSWERED_WITHIN_MS + JUDGED_AFTER_MS + LOWS_NEEDED * periodAtMost(drawn, everyMs) + marginMs;
  const leastMs = nowMs + Math.max(WATCHED_LEAST_MS, lowsMs);
  const untilMs = atMs + Math.ceil((leastMs + shownMs - atMs) / everyMs) * everyMs - shownMs;
  return untilMs <= nowMs + WATCHED_MOST_MS ? untilMs : undefined;
}

/** A draw was measured, whether or not a lease is watched. An older one changes nothing. */
export function noteDrawn(proof: LeaseProof = UNTRIED, measured: Measured): LeaseProof {
  const drawn = drawnAfter(proof.drawn, measured);
  return drawn === proof.drawn ? proof : { ...proof, drawn };
}

/** A lease is over, and counts no more. */
export const noteLapsed = (proof: LeaseProof = UNTRIED, lapsed: NonNullable<LeaseProof['lapsed']>): LeaseProof => ({
  ...proof,
  lapsed: { transactionId: lapsed.transactionId, limit: lapsed.limit },
});

/** It leaves now. */
export const beginWatch = (
  proof: LeaseProof = UNTRIED,
  watched: Omit<WatchedLease, 'lows' | 'overMs' | 'acceptedAtMs' | 'backSinceMs'> & { readonly marginMs: number },
): LeaseProof => {
  const { marginMs, ...rest } = watched;
  const overMs =
    rest.untilMs +
    marginMs +
    WATCHED_LATE_MS +
    Math.max(WATCHED_CONFIRMED_MS, proof.drawn?.everyMs ?? 0) +
    READ_WITHIN_MS;
  return { ...proof, watched: { ...rest, lows: 0, overMs } };
};

/** Something came in between: another limit, a new connection, a boot, a car that has gone. It shows nothing, and is tried again soon. */
export function endWatch(proof: LeaseProof | undefined, nowMs: EpochMs): LeaseProof | undefined {
  if (proof?.watched === undefined) return proof;
  const { watched: _, ...rest } = proof;
  return { ...rest, notBeforeMs: nowMs + WATCH_AGAIN_FIRST_MS };
}

/** The same, whether or not it was seen to end already. */
export function forgetWatch(proof: LeaseProof | undefined, nowMs: EpochMs): LeaseProof | undefined {
  const ended = endWatch(proof, nowMs);
  if (ended?.fallen === undefined) return ended;
  const { fallen: _, ...rest } = ended;
  return { ...rest, notBeforeMs: nowMs + WATCH_AGAIN_FIRST_MS };
}

/** Is its car, that was held by a lease and came down to the permanent limit with its end, where that lease was again? Undefined: not in time. */
export function isUpAgain(
  { fallen }: LeaseProof,
  { transactionId, draw, atMs }: Measured,
  passesPercent?: number,
): boolean | undefined {
  if (fallen === undefined || fallen.transactionId !== transactionId || atMs <= fallen.atMs) return false;
  if (atMs > fallen.atMs + RISES_WITHIN_MS) return undefined;
  return draw >= offeredOf(fallen.limit, passesPercent) - BELOW_DECI_A;
}

/** Of a limit, what its car is offered at the nominal voltage: of a station of watts less than all (H82), and at the lowest voltage all. */
export const offeredOf = (limit: DeciAmps, passesPercent = 100): number => Math.floor((limit * passesPercent) / 100);

/** Does it draw what a limit lets it? */
export const isHeldBy = (draw: DeciAmps, limit: DeciAmps, passesPercent?: number): boolean =>
  draw >= offeredOf(limit, passesPercent) - BELOW_DECI_A && draw <= limit + ABOVE_DECI_A;

/** A car that draws so much is not held by this limit any more, which is one below its permanent limit. */
export const clearlyAbove = (limit: DeciAmps, passesPercent?: number): number =>
  offeredOf(limit, passesPercent) + WATCHED_GAP_DECI_A;

/** Nothing came in between, and it was not seen to end, or not in time. */
export function failWatch(proof: LeaseProof, nowMs: EpochMs): LeaseProof {
  if (proof.watched === undefined) return proof;
  const { watched: _, ...rest } = proof;
  const waitMs = Math.min(WATCH_AGAIN_MOST_MS, WATCH_AGAIN_FIRST_MS * 2 ** Math.min(proof.failures, 30));
  return { ...rest, failures: proof.failures + 1, notBeforeMs: nowMs + waitMs };
}

/** Its station has answered. */
export function answerWatch(
  proof: LeaseProof | undefined,
  result: {
    readonly commandId: string;
    readonly outcome: LimitOutcome;
    readonly atMs: EpochMs;
    readonly nowMs: EpochMs;
  },
): LeaseProof | undefined {
  const { watched } = proof ?? {};
  if (proof === undefined || watched?.commandId !== result.commandId) return proof;
  if (result.outcome === 'never-written') return endWatch(proof, result.nowMs);
  if (result.outcome !== 'accepted') return failWatch(proof, result.nowMs);
  return { ...proof, watched: { ...watched, acceptedAtMs: result.atMs } };
}

/** Nothing was seen in time. */
export const isWatchOver = ({ watched }: LeaseProof, nowMs: EpochMs): boolean =>
  watched !== undefined && nowMs >= watched.overMs;

export interface WatchedSample {
  readonly sampledAtMs: EpochMs;
  readonly draw: DeciAmps;
  readonly offered: DeciAmps | undefined;
}

/**
 * What a sample shows of it. A car that came down to it and, told nothing else, is at the permanent limit once it is over shows that it has ended.
 * What a station says that it offers is not enough for that (H87); it is enough to show that it does not obey.
 *
 * @param time `marginMs` of the ends of leases, `skewMs` of its station's clock as it is now; `passesPercent` of a limit to its car, default all
 */
export function watch(
  proof: LeaseProof,
  sample: WatchedSample,
  time: {
    readonly nowMs: EpochMs;
    readonly marginMs: number;
    readonly skewMs: number;
    readonly passesPercent?: number | undefined;
  },
): LeaseProof | 'ended' {
  const { watched } = proof;
  if (watched?.acceptedAtMs === undefined || sample.sampledAtMs <= watched.acceptedAtMs + OBEYS_WITHIN_MS) return proof;
  const { passesPercent, nowMs } = time;
  const movedMs = Math.abs(time.skewMs - watched.skewMs);
  if (movedMs > CLOCK_MOVES_AT_MOST_MS) return endWatch(proof, nowMs) ?? proof;
  const marginMs = time.marginMs + movedMs;
  const seen = { sample, nowMs, passesPercent, lateMs: watched.untilMs + marginMs + WATCHED_LATE_MS };
  if (sample.sampledAtMs <= watched.untilMs - marginMs)
    return whileItLasts(proof, watched, { ...seen, followedAtMs: watched.acceptedAtMs + JUDGED_AFTER_MS });
  return sample.sampledAtMs <= watched.untilMs + marginMs ? proof : onceItIsOver(proof, watched, seen);
}

interface Seen {
  readonly sample: WatchedSample;
  readonly nowMs: EpochMs;
  readonly passesPercent: number | undefined;
  /** Until then a lease may be seen to have ended in time. */
  readonly lateMs: EpochMs;
}

function whileItLasts(
  proof: LeaseProof,
  watched: WatchedLease,
  { sample, nowMs, passesPercent, followedAtMs }: Seen & { readonly followedAtMs: EpochMs },
): LeaseProof {
  const { limit, fallback } = watched;
  const { draw, offered = 0, sampledAtMs } = sample;
  const most = limit + ABOVE_DECI_A;
  if (offered > most) return failWatch(proof, nowMs);
  // What would show the end of one below its permanent limit is not to show that it lasts.
  if (draw > (limit > fallback ? most : Math.min(most, clearlyAbove(limit, passesPercent) - 1)))
    // Its station has come down, its car may be on its way.
    return sampledAtMs <= followedAtMs ? proof : failWatch(proof, nowMs);
  if (draw < offeredOf(limit, passesPercent) - BELOW_DECI_A) return proof;
  return { ...proof, watched: { ...watched, lows: watched.lows + 1 } };
}

function onceItIsOver(proof: LeaseProof, watched: WatchedLease, seen: Seen): LeaseProof | 'ended' {
  if (watched.limit > watched.fallback) return onceItHasFallen(proof, watched, seen);
  const { sample, nowMs, passesPercent, lateMs } = seen;
  const { limit, fallback, lows, backSinceMs } = watched;
  const { draw, sampledAtMs } = sample;
  // Above its permanent limit something else holds, which may be an older lease.
  if (lows < LOWS_NEEDED || draw > fallback + BELOW_DECI_A) return failWatch(proof, nowMs);
  const isHigh = draw >= clearlyAbove(limit, passesPercent);
  if (backSinceMs !== undefined) {
    if (!isHigh) return failWatch(proof, nowMs);
    return sampledAtMs >= backSinceMs + WATCHED_CONFIRMED_MS ? 'ended' : proof;
  }
  if (sampledAtMs > lateMs) return failWatch(proof, nowMs);
  return isHigh ? { ...proof, watched: { ...watched, backSinceMs: sampledAtMs } } : proof;
}

/** It was above the permanent limit. A car comes down to that, and is to be seen there twice; one that draws less pauses by itself. */
function onceItHasFallen(
  proof: LeaseProof,
  watched: WatchedLease,
  { sample, nowMs, passesPercent, lateMs }: Seen,
): LeaseProof {
  const { transactionId, limit, fallback, lows, backSinceMs } = watched;
  const { draw, sampledAtMs } = sample;
  if (lows < LOWS_NEEDED) return failWatch(proof, nowMs);
  const isBack = isHeldBy(draw, fallback, passesPercent);
  if (backSinceMs === undefined) {
    if (sampledAtMs > lateMs) return failWatch(proof, nowMs);
    return isBack ? { ...proof, watched: { ...watched, backSinceMs: sampledAtMs } } : proof;
  }
  if (!isBack) return failWatch(proof, nowMs);
  if (sampledAtMs < backSinceMs + WATCHED_CONFIRMED_MS) return proof;
  const { watched: _, ...rest } = proof;
  return { ...rest, fallen: { transactionId, limit, atMs: sampledAtMs } };
}
