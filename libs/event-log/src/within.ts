import type { Timers } from '@headroom/kernel';

/** Waits for work, but not for ever. A rejection of the work counts as done: whoever began it hears of it. */
export function within(work: Promise<unknown>, limitMs: number, timers: Timers): Promise<'done' | 'late'> {
  return new Promise((resolve) => {
    const cancel = timers.after(limitMs, () => resolve('late'));
    const done = () => {
      cancel();
      resolve('done');
    };
    work.then(done, done);
  });
}
