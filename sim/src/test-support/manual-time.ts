import type { Clock, Timers } from '@headroom/kernel';

export interface ManualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  nowMs(): number;
  /** Moves the clock, firing every timer at its own instant, in order. */
  advance(ms: number): void;
}

interface Armed {
  readonly seq: number;
  atMs: number;
  readonly everyMs?: number;
  readonly fire: () => void;
}

/** A clock that stands still until the test moves it. */
export function createManualTime(startMs = Date.UTC(2026, 0, 12, 9, 0, 0)): ManualTime {
  let nowMs = startMs;
  let seq = 0;
  const armed = new Set<Armed>();
  const arm = (timer: Omit<Armed, 'seq'>): (() => void) => {
    seq += 1;
    const entry: Armed = { ...timer, seq };
    armed.add(entry);
    return () => armed.delete(entry);
  };
  const due = (untilMs: number): Armed | undefined => {
    let first: Armed | undefined;
    for (const timer of armed) {
      if (timer.atMs > untilMs) continue;
      if (first === undefined || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.seq < first.seq)) {
        first = timer;
      }
    }
    return first;
  };
  return {
    clock: { nowMs: () => nowMs, monoMs: () => nowMs - startMs },
    timers: {
      after: (delayMs, fire) => arm({ atMs: nowMs + delayMs, fire }),
      every: (everyMs, fire) => arm({ atMs: nowMs + everyMs, everyMs, fire }),
    },
    nowMs: () => nowMs,
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let timer = due(untilMs); timer !== undefined; timer = due(untilMs)) {
        nowMs = Math.max(nowMs, timer.atMs);
        if (timer.everyMs === undefined) armed.delete(timer);
        else timer.atMs += timer.everyMs;
        timer.fire();
      }
      nowMs = untilMs;
    },
  };
}
