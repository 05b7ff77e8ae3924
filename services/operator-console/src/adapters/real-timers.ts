import type { Timers } from '@headroom/kernel';

/** Timers of the wall clock, for what guards or paces I/O; the platform's own may be scaled. They keep no process alive. */
export const realTimers: Timers = {
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs).unref();
    return () => clearTimeout(timer);
  },
  every: (periodMs, fire) => {
    const timer = setInterval(fire, periodMs).unref();
    return () => clearInterval(timer);
  },
};
