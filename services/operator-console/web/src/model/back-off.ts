/** Waits between attempts to get the stream back: quick at first, never slower than a person would try by hand. */
export const RETRY_WAITS_MS = [1000, 2000, 4000, 8000, 15_000] as const;
const LONGEST_MS = 15_000;

/** `spread` is 0..1: a fifth of the wait, so that many open pages do not come back in the same instant. */
export function retryWaitMs(attempt: number, spread: number): number {
  const waitMs = RETRY_WAITS_MS[Math.max(0, attempt)] ?? LONGEST_MS;
  return Math.round(waitMs * (0.9 + 0.2 * spread));
}
