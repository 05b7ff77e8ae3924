import type { EpochMs } from './ids.ts';

/** Wall and monotonic time. Nobody inside `domain/` or `app/` reads any other clock. */
export interface Clock {
  /** Wall time, epoch ms UTC. May jump. */
  nowMs(): EpochMs;
  /** Monotonic milliseconds since an arbitrary start. Ages and leases are measured with it. Never jumps back. */
  monoMs(): number;
}

/** Ends a timer; calling it twice is harmless. */
export type Cancel = () => void;

/** Timers in the time of the `Clock` beside them (both are scaled together in the embedded run). */
export interface Timers {
  /** Calls `fire` once after `delayMs` of clock time. */
  after(delayMs: number, fire: () => void): Cancel;
  /** Calls `fire` every `periodMs` of clock time, never twice at once for one tick. */
  every(periodMs: number, fire: () => void): Cancel;
}

/** Uniform numbers in [0, 1). */
export interface Rng {
  next(): number;
}

/** Fresh opaque identifiers, unique for ever, at most 36 characters of `[0-9a-zA-Z-]`. */
export interface IdSource {
  next(): string;
}
