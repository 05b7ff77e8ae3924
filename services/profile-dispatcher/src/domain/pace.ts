import type { DeciAmps, EpochMs } from '@headroom/kernel';
import type { EvseModel } from '@headroom/site-model';
import type { LimitOutcome } from './resolve-limit.ts';

/** OD9: in the long run an EVSE is raised no more often ... */
export const RAISE_EVERY_MS = 10_000;
/** ... but so many times in a row at once. */
export const RAISES_AT_ONCE = 3;
/** OD6: a raise by less is worth a message ... */
export const SMALL_RAISE_DECI_A = 10;
/** ... only when none has left for so long: the last ampere is late, and not wasted. */
export const SMALL_RAISE_AFTER_MS = 60_000;

/** How often an EVSE was raised lately: a bucket of `RAISES_AT_ONCE` that fills by one every `RAISE_EVERY_MS`. */
export interface Raised extends Pace {
  /** Its last raise, and how it was before: a raise that never left is none. Absent: that is not known. */
  readonly of?: { readonly commandId: string; readonly before: Pace | undefined };
}

interface Pace {
  readonly lastMs: EpochMs;
  /** When the bucket is full again. */
  readonly fullAtMs: EpochMs;
}

export const afterRaise = (before: Raised | undefined, atMs: EpochMs, commandId: string): Raised => ({
  lastMs: atMs,
  fullAtMs: Math.max(before?.fullAtMs ?? 0, atMs) + RAISE_EVERY_MS,
  of: { commandId, before: before && { lastMs: before.lastMs, fullAtMs: before.fullAtMs } },
});

/**
 * What became of a command: where it was the last raise, and no byte of it ever left (a station that is not there), its
 * station's patience and its flash are as they were.
 */
export function paceAfter(
  raised: Raised | undefined,
  { commandId, outcome }: { readonly commandId: string; readonly outcome: LimitOutcome },
): Raised | undefined {
  return outcome === 'never-written' && raised?.of?.commandId === commandId ? raised.of.before : raised;
}

export interface PacedRaise {
  readonly from: DeciAmps;
  readonly limit: DeciAmps;
  readonly evse: Pick<EvseModel, 'minCurrent' | 'maxCurrent'>;
  /** The model wants to be raised less often (H88); 0: nothing is known. */
  readonly minRaiseGapMs: number;
  readonly nowMs: EpochMs;
}

/**
 * May it be raised now, as far as its station's patience and its flash go (OD6, OD9)? Nothing else ever waits: neither what takes
 * current away, nor renewals, nor what is sent to find out.
 */
export function mayBeRaised(raised: Raised | undefined, raise: PacedRaise): boolean {
  if (raised === undefined) return true;
  const { minRaiseGapMs, nowMs } = raise;
  const { lastMs, fullAtMs } = raised;
  const restMs = Math.max(minRaiseGapMs, isSmall(raise) ? SMALL_RAISE_AFTER_MS : 0);
  return nowMs >= lastMs + restMs && nowMs >= fullAtMs - (RAISES_AT_ONCE - 1) * RAISE_EVERY_MS;
}

/** To begin at all, or to have the whole of it, is never small. */
const isSmall = ({ from, limit, evse: { minCurrent, maxCurrent } }: PacedRaise): boolean =>
  limit - from < SMALL_RAISE_DECI_A && from >= minCurrent && limit < maxCurrent;
