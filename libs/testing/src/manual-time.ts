import type { Cancel, Clock, EpochMs, Timers } from '@headroom/kernel';

export interface ManualTime extends Clock, Timers {
  /** Moves both clocks by `ms`, firing what falls due on the way, in order, each at its own instant. */
  advance(ms: number): void;
  /** The same, letting everything that a timer started settle before the next one fires. */
  pass(ms: number): Promise<void>;
}

interface Timer {
  dueMs: number;
  readonly periodMs?: number;
  readonly fire: () => void;
}

/** Turns of the event loop that memory twins need at most between an append and its last effect. */
const SETTLE_TURNS = 12;

/** Lets promises, and what memory twins deliver by turns of the event loop, come to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that stands still until it is told to move. The wall begins at `startMs`, the monotonic clock at 0. */
export function manualTime(startMs: EpochMs): ManualTime {
  let elapsedMs = 0;
  const timers = new Set<Timer>();
  const add = (timer: Timer): Cancel => {
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const next = (endMs: number): Timer | undefined =>
    [...timers].filter(({ dueMs }) => dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs)[0];
  const fire = (timer: Timer): void => {
    elapsedMs = Math.max(elapsedMs, timer.dueMs);
    if (timer.periodMs === undefined) timers.delete(timer);
    else timer.dueMs += timer.periodMs;
    timer.fire();
  };
  return {
    nowMs: () => startMs + elapsedMs,
    monoMs: () => elapsedMs,
    after: (delayMs, act) => add({ dueMs: elapsedMs + delayMs, fire: act }),
    every: (periodMs, act) => add({ dueMs: elapsedMs + periodMs, periodMs, fire: act }),
    advance(ms) {
      const endMs = elapsedMs + ms;
      for (let due = next(endMs); due !== undefined; due = next(endMs)) fire(due);
      elapsedMs = endMs;
    },
    async pass(ms) {
      const endMs = elapsedMs + ms;
      for (let due = next(endMs); due !== undefined; due = next(endMs)) {
        fire(due);
        await settle();
      }
      elapsedMs = endMs;
      await settle();
    },
  };
}
