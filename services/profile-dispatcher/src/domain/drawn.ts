import type { DeciAmps, EpochMs, TransactionId } from '@headroom/kernel';

/** A draw that is older says nothing of now. */
export const DRAWN_FRESH_MS = 120_000;

/** A measured draw that names its transaction. */
export interface Measured {
  readonly transactionId: TransactionId;
  readonly draw: DeciAmps;
  readonly atMs: EpochMs;
}

/** The newest of an EVSE. */
export interface Drawn extends Measured {
  /** The longest of `gapsMs`. Absent: it is the first of its transaction. */
  readonly everyMs?: number;
  /** How long after the one before it each of the newest came, `GAPS_KEPT` at most, the newest last. */
  readonly gapsMs?: readonly number[];
}

/**
 * Beside those of its period a station sends samples when a car begins, when its limit changes and when it is asked, so one gap may be any part of the
 * period. The longest of so many in a row is taken for it; until there are as many it is taken to be no shorter than this.
 */
const GAPS_KEPT = 3;
export const PERIOD_AT_LEAST_MS = 20_000;

/** An older one changes nothing. The pace is that of one transaction. */
export function drawnAfter(before: Drawn | undefined, { transactionId, draw, atMs }: Measured): Drawn {
  if (before?.transactionId !== transactionId) return { transactionId, draw, atMs };
  if (atMs <= before.atMs) return before;
  const gapsMs = [...(before.gapsMs ?? []), atMs - before.atMs].slice(-GAPS_KEPT);
  return { transactionId, draw, atMs, everyMs: Math.max(...gapsMs), gapsMs };
}

/** From one sample to the next it takes no longer than this, as far as was seen. */
export const periodAtMost = ({ gapsMs = [] }: Drawn, everyMs: number): number =>
  gapsMs.length < GAPS_KEPT ? Math.max(everyMs, PERIOD_AT_LEAST_MS) : everyMs;
