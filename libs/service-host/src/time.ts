import { performance } from 'node:perf_hooks';
import { type Clock, invariant, type Timers } from '@headroom/kernel';

/** The embedded run may go this many times faster than the wall at most. */
export const MAX_SPEED = 60;

/**
 * The process's one clock and its timers, both `speed` times as fast as the wall from now on.
 * Deadlines of I/O are not made of these: they stay real.
 */
export function systemTime(speed = 1): Clock & Timers {
  invariant(speed >= 1 && speed <= MAX_SPEED, `speed ${speed} is not within 1 to ${MAX_SPEED}`);
  const startWallMs = Date.now();
  const startMonoMs = performance.now();
  const scaled = (): number => (performance.now() - startMonoMs) * speed;
  return {
    // At speed 1 the wall itself, so that a corrected system clock is followed.
    nowMs: () => (speed === 1 ? Date.now() : Math.floor(startWallMs + scaled())),
    monoMs: scaled,
    after(delayMs, fire) {
      const timer = setTimeout(fire, delayMs / speed);
      return () => clearTimeout(timer);
    },
    every(periodMs, fire) {
      const timer = setInterval(fire, periodMs / speed);
      return () => clearInterval(timer);
    },
  };
}
