import type { Cancel, Clock, Result, Rng, Timers } from '@headroom/kernel';
import { waitMs } from './back-off.ts';
import type { Reading } from './read-vtn.ts';

/** Between the beginnings of two polls, however often somebody calls. Of clock time. */
export const WAKE_GAP_MS = 1_000;

export interface PollerDeps {
  readonly clock: Pick<Clock, 'monoMs'>;
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
  /** Something may have changed: polls at once, or as soon as the last poll began long enough ago. */
  wake(): void;
  /** What is under way is not told any more. */
  stop(): void;
}

export function createPoller({ clock, timers, rng, pace, poll, onOutcome, onBug }: PollerDeps): Poller {
  let stopped = false;
  let failures = 0;
  let cancel: Cancel = () => {};

  let beganMonoMs = Number.NEGATIVE_INFINITY;
  let isUnderWay = false;
  let isAwake = false;

  const untilGapMs = (): number => Math.max(0, beganMonoMs + WAKE_GAP_MS - clock.monoMs());
  const nextIn = (ms: number): void => {
    cancel();
    if (ms === 0) next();
    else cancel = timers.after(ms, next);
  };
  const next = (): void => {
    beganMonoMs = clock.monoMs();
    isUnderWay = true;
    isAwake = false;
    poll()
      .then((outcome) => {
        isUnderWay = false;
        if (stopped) return;
        const before = failures;
        failures = outcome.kind === 'ok' ? 0 : failures + 1;
        onOutcome(outcome, Math.max(before, failures));
        const regularMs = waitMs(failures, pace, rng.next());
        nextIn(isAwake ? Math.min(regularMs, untilGapMs()) : regularMs);
      })
      .catch(onBug);
  };
  return {
    start: next,
    wake() {
      // What changes during a poll it may have missed.
      isAwake = true;
      if (stopped || isUnderWay) return;
      nextIn(untilGapMs());
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
