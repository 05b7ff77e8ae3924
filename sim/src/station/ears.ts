import type { Timers } from '@headroom/kernel';

export interface EarsConfig {
  readonly nowMs: () => number;
  readonly timers: Timers;
  /** From the answer to a limit until it does something (H78). */
  readonly appliesAfterMs: number;
  /** So long after something was cleared a limit does nothing (H88). */
  readonly deafAfterClearMs: number;
}

/** When a station comes to do what it has accepted. */
export interface Ears {
  /** Runs it when the firmware comes to it; at once where it is quick. */
  whenApplied(act: () => void): void;
  /** Profiles were cleared on request. */
  cleared(): void;
}

export function createEars({ nowMs, timers, appliesAfterMs, deafAfterClearMs }: EarsConfig): Ears {
  let deafUntilMs = Number.NEGATIVE_INFINITY;
  return {
    whenApplied(act) {
      const afterMs = Math.max(appliesAfterMs, deafUntilMs - nowMs());
      if (afterMs <= 0) act();
      else timers.after(afterMs, act);
    },
    cleared() {
      deafUntilMs = nowMs() + deafAfterClearMs;
    },
  };
}
