import type { Cancel } from '@headroom/kernel';
import { type Drain, findDrain } from './drain.ts';
import { createEventQueue } from './event-queue.ts';

/** Events of one turn of the real event loop, so that a signal still gets through. */
const EVENTS_OF_TURN = 5_000;

export interface Bug {
  readonly atMs: number;
  /** The event in which it surfaced. */
  readonly event: string;
  readonly cause: unknown;
}

export interface VirtualTime {
  /** Epoch ms. */
  nowMs(): number;
  /** Since the start of the run. */
  monoMs(): number;
  /** Number of the event that runs now. */
  eventNumber(): number;
  /** Runs `act` once, `delayMs` from now; events of one instant run in the order in which they were asked for. */
  after(delayMs: number, event: string, act: () => void): Cancel;
  /** Runs events until that many ms of virtual time have passed, or `isOver`. */
  runUntil(monoMs: number, isOver?: () => boolean): Promise<void>;
}

/** Time that stands still while anything runs, and jumps to the next event when nothing does (DS-1). */
export function createVirtualTime(startMs: number, onBug: (bug: Bug) => void): VirtualTime {
  const queue = createEventQueue();
  let monoMs = 0;
  let events = 0;

  function step(drain: Drain | undefined): void {
    const next = queue.pop();
    if (next === undefined) return;
    monoMs = next.atMs;
    events += 1;
    try {
      next.act();
      // A rejection that nobody handles surfaces in here, and so names its event (DS-4).
      drain?.();
    } catch (cause) {
      onBug({ atMs: startMs + monoMs, event: next.event, cause });
    }
  }

  return {
    nowMs: () => startMs + monoMs,
    monoMs: () => monoMs,
    eventNumber: () => events,
    after: (delayMs, event, act) => queue.push(monoMs + Math.max(0, delayMs), event, act),
    async runUntil(untilMs, isOver = () => false) {
      const drain = await findDrain();
      const most = drain === undefined ? 1 : EVENTS_OF_TURN;
      await new Promise<void>((resolve) => {
        const turn = (): void => {
          for (let count = 0; count < most; count += 1) {
            if (queue.nextAtMs() > untilMs) {
              monoMs = untilMs;
              return resolve();
            }
            step(drain);
            if (isOver()) return resolve();
          }
          setImmediate(turn);
        };
        setImmediate(turn);
      });
    },
  };
}
