import type { Clock, Timers } from '@headroom/kernel';

export interface ManualTime extends Clock, Timers {
  /** Moves the clock step by step, fires each timer at its instant, and lets promises settle in between. */
  pass(ms: number): Promise<void>;
  /** Lets promises settle. */
  settle(): Promise<void>;
}

interface Alarm {
  atMs: number;
  readonly everyMs?: number;
  readonly fire: () => void;
}

/** A clock that stands still until the test moves it. */
export function manualTime(startMs: number): ManualTime {
  let nowMs = startMs;
  const alarms = new Set<Alarm>();
  const arm = (alarm: Alarm) => {
    alarms.add(alarm);
    return () => void alarms.delete(alarm);
  };
  const settle = async (): Promise<void> => {
    // All that the fakes answer with are promises that are kept already.
    for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return {
    nowMs: () => nowMs,
    monoMs: () => nowMs - startMs,
    after: (delayMs, fire) => arm({ atMs: nowMs + delayMs, fire }),
    every: (everyMs, fire) => arm({ atMs: nowMs + everyMs, everyMs, fire }),
    settle,
    async pass(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        await settle();
        const [next] = [...alarms].toSorted((a, b) => a.atMs - b.atMs);
        if (next === undefined || next.atMs > untilMs) break;
        nowMs = next.atMs;
        if (next.everyMs === undefined) alarms.delete(next);
        else next.atMs += next.everyMs;
        next.fire();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}
