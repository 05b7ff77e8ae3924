import type { DeciAmps, EpochMs, TransactionId } from '@headroom/kernel';
import { type LimitOutcome, OBEYS_WITHIN_MS } from './resolve-limit.ts';

/** A lease below the permanent limit, given to see it end (SI5, SI28). */
export interface WatchedLease {
  readonly commandId: string;
  readonly transactionId: TransactionId;
  readonly limit: DeciAmps;
  readonly untilMs: EpochMs;
  /** Absent: its station has not accepted it yet. */
  readonly acceptedAtMs?: EpochMs;
  /** A sample has shown it obeyed. */
  readonly isObeyed?: true;
}

/** What was tried of one EVSE to see a lease of its model end. Not for the next owner, who tries anew. */
export interface LeaseProof {
  readonly watched?: WatchedLease;
  /** Tries in a row that showed nothing, and when the next may begin. */
  readonly failures: number;
  readonly notBeforeMs: EpochMs;
}

/** So long it lasts: samples that come every 15 s show it obeyed. */
export const WATCHED_MS = 45_000;
/** By so much its car must have drawn more before, and does again once it is over. */
export const WATCHED_GAP_DECI_A = 20;
/** Of a car that keeps to it. */
const TOLERANCE_DECI_A = 5;
/** So long after its end a car is given to draw again. */
export const WATCHED_UNTIL_MS = 120_000;
/** H79: so long after it went on it is told its limit once more, whatever that hides. */
export const WATCHED_GOES_ON_MS = 25_000;
/** After a try that showed nothing; doubled with each. */
export const WATCH_AGAIN_FIRST_MS = 300_000;
export const WATCH_AGAIN_MOST_MS = 3_600_000;
/** It leaves now. */
export const beginWatch = (
  proof: LeaseProof | undefined,
  watched: Pick<WatchedLease, 'commandId' | 'transactionId' | 'limit' | 'untilMs'>,
): LeaseProof => ({ failures: proof?.failures ?? 0, notBeforeMs: proof?.notBeforeMs ?? 0, watched });

/** What came of it shows nothing: another limit, a new connection, a boot, a car that has gone. */
export function endWatch(proof: LeaseProof | undefined, nowMs: EpochMs): LeaseProof | undefined {
  if (proof?.watched === undefined) return proof;
  const waitMs = Math.min(WATCH_AGAIN_MOST_MS, WATCH_AGAIN_FIRST_MS * 2 ** Math.min(proof.failures, 30));
  return { failures: proof.failures + 1, notBeforeMs: nowMs + waitMs };
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
  if (result.outcome !== 'accepted') return endWatch(proof, result.nowMs);
  return { ...proof, watched: { ...watched, acceptedAtMs: result.atMs } };
}

/** Nothing was seen in time. */
export const isWatchOver = ({ watched }: LeaseProof, nowMs: EpochMs): boolean =>
  watched !== undefined && nowMs >= watched.untilMs + WATCHED_UNTIL_MS;

export interface WatchedSample {
  readonly sampledAtMs: EpochMs;
  readonly draw: DeciAmps;
  readonly offered: DeciAmps | undefined;
}

/**
 * What a sample shows of it. A car that came down to it and, told nothing else, draws more again once it is over shows that it has ended.
 * What a station says that it offers is not enough for that; it is enough to show that it does not obey.
 *
 * @param marginMs of its station's clock
 */
export function watch(
  proof: LeaseProof,
  sample: WatchedSample,
  time: { readonly nowMs: EpochMs; readonly marginMs: number },
): LeaseProof | 'ended' | undefined {
  const { watched } = proof;
  if (watched?.acceptedAtMs === undefined) return proof;
  const { limit, untilMs, acceptedAtMs, isObeyed } = watched;
  const { sampledAtMs, draw, offered = draw } = sample;
  if (sampledAtMs <= acceptedAtMs + OBEYS_WITHIN_MS) return proof;
  if (sampledAtMs < untilMs - time.marginMs) {
    const isLow = Math.max(draw, offered) <= limit + TOLERANCE_DECI_A;
    if (!isLow) return endWatch(proof, time.nowMs);
    return isObeyed === true ? proof : { ...proof, watched: { ...watched, isObeyed: true } };
  }
  if (sampledAtMs <= untilMs + time.marginMs) return proof;
  if (isObeyed !== true) return endWatch(proof, time.nowMs);
  return draw >= limit + WATCHED_GAP_DECI_A ? 'ended' : proof;
}
