import type { Timers } from '@headroom/kernel';

/** Timers of the event loop: the I/O of an adapter runs in real time, whatever the platform's clock does. */
export const REAL_TIMERS: Timers = {
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
  every: (periodMs, fire) => {
    const timer = setInterval(fire, periodMs);
    return () => clearInterval(timer);
  },
};
