import type { Cancel, Result, Rng, Timers } from '@headroom/kernel';
import { waitMs } from './back-off.ts';
import type { Reading } from './read-vtn.ts';

export interface PollerDeps {
  readonly timers: Pick<Timers, 'after'>;
  readonly rng: Rng;
  readonly pace: { readonly pollEveryMs: number; readonly lostAfterMs: number };
  /** Resolves with what was found or why nothing was; a rejection is a bug. */
  readonly poll: () => Promise<Result<Reading, string>>;
  readonly onOutcome: (outcome: Result<Reading, string>, failures: number) => void;
  readonly onBug: (cause: unknown) => void;
}

/** Polls at once, and then again and again, one poll at a time. */
export interface Poller {
  start(): void;
  /** What is under way is not told any more. */
  stop(): void;
}

export function createPoller({ timers, rng, pace, poll, onOutcome, onBug }: PollerDeps): Poller {
  let stopped = false;
  let failures = 0;
  let cancel: Cancel = () => {};

  const next = (): void => {
    poll()
      .then((outcome) => {
        if (stopped) return;
        const before = failures;
        failures = outcome.kind === 'ok' ? 0 : failures + 1;
        onOutcome(outcome, Math.max(before, failures));
        cancel = timers.after(waitMs(failures, pace, rng.next()), next);
      })
      .catch(onBug);
  };
  return {
    start: next,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
