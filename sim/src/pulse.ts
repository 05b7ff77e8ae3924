import type { Cancel, Timers } from '@headroom/kernel';

/** One tick for everything that moves: a process with 200 stations has one timer, not 200. */
export interface Pulse {
  /** Calls `beat` at each tick, in the order of subscription. */
  each(beat: () => void): Cancel;
  stop(): void;
}

const PULSE_MS = 1_000;

export function createPulse(timers: Timers, periodMs: number = PULSE_MS): Pulse {
  const beats = new Set<() => void>();
  const cancel = timers.every(periodMs, () => {
    for (const beat of beats) beat();
  });
  return {
    each(beat) {
      // A wrapper of its own: the same function may subscribe twice.
      const own = (): void => beat();
      beats.add(own);
      return () => beats.delete(own);
    },
    stop() {
      cancel();
      beats.clear();
    },
  };
}
