/** The longest wait between two attempts at a VTN that does not answer. */
export const BACK_OFF_MAX_MS = 300_000;
/** Polls of many VENs must not fall on one instant, nor their attempts after the VTN's restart. */
const JITTER = 0.1;
const BACK_OFF_JITTER = 0.5;
/** Attempts in the time after which a silent VTN is lost, at least: one that is back must be heard before we call it lost. */
const ATTEMPTS_BEFORE_LOSS = 4;
/** Beyond it the doubling would be over the longest wait whatever the period. */
const DOUBLINGS_MAX = 20;

/** How long to wait before the next poll; `draw` from 0 to below 1. */
export function waitMs(
  failures: number,
  { pollEveryMs, lostAfterMs }: { readonly pollEveryMs: number; readonly lostAfterMs: number },
  draw: number,
): number {
  if (failures === 0) return Math.round(pollEveryMs * (1 - JITTER + 2 * JITTER * draw));
  const longest = Math.max(pollEveryMs, Math.min(BACK_OFF_MAX_MS, lostAfterMs / ATTEMPTS_BEFORE_LOSS));
  const doubled = Math.min(longest, pollEveryMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX));
  return Math.round(doubled * (1 - BACK_OFF_JITTER * draw));
}
