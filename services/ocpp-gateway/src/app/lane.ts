/** Frames of one station in hand at most; from the next one on its socket is not read (G2). */
export const MAX_LANE_FRAMES = 64;

/** Serial work of one connection, in the order of arrival. A job never rejects. */
export interface Lane {
  push(job: () => Promise<void>): void;
  /** Resolves once nothing is left. */
  idle(): Promise<void>;
  readonly length: number;
}

/**
 * The bound works by back-pressure and not by loss: at the limit `onFull` stops the socket. What the socket had read by
 * then (one chunk, at most 64 KiB) still comes in.
 */
export function createLane(backPressure: { readonly onFull: () => void; readonly onDrained: () => void }): Lane {
  let length = 0;
  let full = false;
  let tail = Promise.resolve();
  return {
    push(job) {
      length += 1;
      if (length > MAX_LANE_FRAMES && !full) {
        full = true;
        backPressure.onFull();
      }
      tail = tail.then(job).finally(() => {
        length -= 1;
        if (!full || length > MAX_LANE_FRAMES / 2) return;
        full = false;
        backPressure.onDrained();
      });
    },
    async idle() {
      while (length > 0) await tail;
    },
    get length() {
      return length;
    },
  };
}
