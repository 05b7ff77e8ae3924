import type { EpochMs } from '@headroom/kernel';
import { heldLeaseS } from '@headroom/site-model';
import type { LaterLimit } from './later-limit.ts';
import type { LaterPeriod } from './plan-of.ts';
import type { SiteState } from './site-state.ts';

/** H32: some stations want the start to lie in the past. */
export const START_IN_PAST_MS = 1_000;
/** Less than this is not worth a message: what it replaces ends as soon. */
export const SHORTEST_LEASE_S = 3;

export interface LeaseSpan {
  /** Our clock. */
  readonly startMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly durationS: number;
}

/**
 * How long a lease of now is, in seconds: as the newest decision says (SI26), within the bounds of the document that is known here, which
 * may be another one than the decision was made of. 0 while none is. A lease that was given ends when it was told that it does, however
 * long the next ones are.
 */
export const leaseSecondsOf = ({ model, decision }: Pick<SiteState, 'model' | 'decision'>): number =>
  model === undefined ? 0 : heldLeaseS(model, decision?.leaseS);

/** `leaseS` seconds from just now, or fewer where it must end by `latestEndMs`. Undefined: too short to send. */
export function leaseSpan(nowMs: EpochMs, leaseS: number, latestEndMs: EpochMs): LeaseSpan | undefined {
  const startMs = nowMs - START_IN_PAST_MS;
  const durationS = Math.min(leaseS, Math.floor((latestEndMs - startMs) / 1_000));
  if (durationS < SHORTEST_LEASE_S) return undefined;
  return { startMs, durationS, untilMs: startMs + durationS * 1_000 };
}

/**
 * The second period of a lease with this span, or undefined where it would not live to see it. Rounded down: a station that lowers
 * itself earlier breaks nothing. It counts from the start of the schedule, as the end of the lease does (SI31).
 */
export function laterPeriod({ startMs, durationS }: LeaseSpan, later: LaterLimit | undefined): LaterPeriod | undefined {
  if (later === undefined) return undefined;
  const startS = Math.floor((later.fromMs - startMs) / 1_000);
  return startS < 1 || startS >= durationS ? undefined : { startS, limit: later.limit };
}

/**
 * Whole seconds from the start of a transaction to an instant, rounded down; it began when that was heard, or before, so what
 * counts from there ends, and falls, early and never late. Undefined: not known.
 */
export const sinceTransactionS = (sinceMs: EpochMs | undefined, atMs: EpochMs): number | undefined =>
  sinceMs === undefined ? undefined : Math.max(0, Math.floor((atMs - sinceMs) / 1_000));
