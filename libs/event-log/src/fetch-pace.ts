import type { Timers } from '@headroom/kernel';

/**
 * Rest between two fetches. Records trickle in all the time, and a fetch costs reader and broker the same for one record as
 * for a hundred; so after one that brought something the next waits a moment for more. Who comes after a silence does not wait.
 */
export interface FetchPace {
  /** A fetch has come back. */
  fetched(): void;
  /** Asked by each batch of it once it is taken: resolves when the next fetch may go out. */
  rested(): Promise<void>;
}

export function createFetchPace(paceMs: number, timers: Timers, monoMs: () => number): FetchPace {
  let untilMs = Number.NEGATIVE_INFINITY;
  let resting: Promise<void> | undefined;
  return {
    fetched: () => {
      untilMs = monoMs() + paceMs;
    },
    rested: () => {
      const leftMs = untilMs - monoMs();
      if (leftMs <= 0) return Promise.resolve();
      resting ??= new Promise<void>((resolve) => {
        timers.after(leftMs, () => {
          resting = undefined;
          resolve();
        });
      });
      return resting;
    },
  };
}
