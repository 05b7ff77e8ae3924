/** The longest wait between two attempts at a VTN that does not answer. */
export const BACK_OFF_MAX_MS = 300_000;
/** Polls of many VENs must not fall on one instant, nor their attempts after the VTN's restart. */
const JITTER = 0.1;
const BACK_OFF_JITTER = 0.5;
/** Beyond it the doubling would be over the longest wait whatever the period. */
const DOUBLINGS_MAX = 20;

/** How long to wait before the next poll; `draw` from 0 to below 1. */
export function waitMs(failures: number, pollEveryMs: number, draw: number): number {
  if (failures === 0) return Math.round(pollEveryMs * (1 - JITTER + 2 * JITTER * draw));
  const longest = Math.max(pollEveryMs, BACK_OFF_MAX_MS);
  const doubled = Math.min(longest, pollEveryMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX));
  return Math.round(doubled * (1 - BACK_OFF_JITTER * draw));
}
