import type { Timers } from '@headroom/kernel';

/** Under load a fetch rests so much longer for each record that the last one brought ... */
export const REST_OF_RECORD_MS = 0.5;
/** ... and no longer than that, or its pace where that is longer. */
export const LONGEST_REST_MS = 20;
/** A fetch of so many is cheap as it is, and behind it there may be more that waits already: a backlog is read without rest. */
export const ENOUGH_RECORDS = 200;

/**
 * Rest between two fetches. Records trickle in all the time, and a fetch costs reader and broker the same for one record as
 * for a hundred; so after one that brought something the next waits a moment for more, and longer where many come: then it is
 * the cost of a record that holds everybody up. Who comes after a silence does not wait.
 */
export interface FetchPace {
  /** A fetch has come back. */
  fetched(): void;
  /** So many records of it were taken. */
  took(records: number): void;
  /** Asked by each batch of it once it is taken: resolves when the next fetch may go out. */
  rested(): Promise<void>;
}

export function createFetchPace(paceMs: number, timers: Timers, monoMs: () => number): FetchPace {
  const longestMs = paceMs === 0 ? 0 : Math.max(paceMs, LONGEST_REST_MS);
  let fetchedMs = Number.NEGATIVE_INFINITY;
  let records = 0;
  let resting: Promise<void> | undefined;
  return {
    fetched: () => {
      fetchedMs = monoMs();
      records = 0;
    },
    took: (more) => {
      records += more;
    },
    rested: () => {
      const counted = Math.max(0, Math.min(records, ENOUGH_RECORDS - records));
      const restMs = Math.min(longestMs, paceMs + counted * REST_OF_RECORD_MS);
      const leftMs = fetchedMs + restMs - monoMs();
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
