import type { EpochMs, TransactionId } from '@headroom/kernel';

/** H79: in the long run an EVSE that goes on after pauses is told its limit anew no more often (each may be a write to its flash) ... */
export const RETELL_EVERY_MS = 60_000;
/** ... but so many times in a row at once: a pause asks for two, when it is let go on and when its station says that it has. */
export const RETELLS_AT_ONCE = 6;

/** What is known of the pauses of one EVSE, and what is owed to it for them. */
export interface Pausing {
  /** The transaction in which its station said last that nothing is charged. Absent: it charges, or has not said. */
  readonly pausedIn?: TransactionId;
  /** It goes on, or was let go on, and was told no limit since. */
  readonly isOwed?: true;
  /** When as many retellings as ever may leave at once. Absent: now. */
  readonly fullAtMs?: EpochMs;
}

export const NO_PAUSE: Pausing = {};

/** Is its limit to be told once more now (H79)? */
export const isRetellDue = ({ isOwed, fullAtMs = 0 }: Pausing, nowMs: EpochMs): boolean =>
  isOwed === true && nowMs >= fullAtMs - (RETELLS_AT_ONCE - 1) * RETELL_EVERY_MS;

/** It goes on: from here on a limit is owed to it. */
export function goesOn({ pausedIn: _, ...rest }: Pausing): Pausing {
  return { ...rest, isOwed: true };
}

/** Whatever limit was sent: it has been told. */
export function afterTelling(pausing: Pausing, nowMs: EpochMs): Pausing {
  if (pausing.isOwed !== true) return pausing;
  const { isOwed: _, fullAtMs = 0, ...rest } = pausing;
  return { ...rest, fullAtMs: Math.max(fullAtMs, nowMs) + RETELL_EVERY_MS };
}

/** What was of its last transaction, or of the time before its restart, is over; how often it was told is not. */
export function afterPauses({ fullAtMs }: Pausing): Pausing {
  return fullAtMs === undefined ? NO_PAUSE : { fullAtMs };
}
