import type { VirtualTime } from './virtual-time.ts';

/** One direction of a connection: what goes in comes out later, in order. */
export interface Pipe {
  push(arrive: () => void, latencyMs?: number): void;
  /** Nothing comes out until `release`. */
  hold(): void;
  release(): void;
}

export function createPipe(time: VirtualTime, latency: () => number, event: string): Pipe {
  let lastMs = 0;
  let held: (() => void)[] | undefined;
  return {
    push(arrive, latencyMs = latency()) {
      lastMs = Math.max(lastMs, time.monoMs() + latencyMs);
      time.after(lastMs - time.monoMs(), event, () => {
        if (held === undefined) arrive();
        else held.push(arrive);
      });
    },
    hold() {
      held ??= [];
    },
    release() {
      const waiting = held ?? [];
      held = undefined;
      for (const arrive of waiting) arrive();
    },
  };
}
