import { type Delivery, deliver } from './deliver.ts';
import type { RecordBatch } from './port.ts';

export interface PumpOptions {
  readonly delivery: Delivery;
  /** The next batch, or undefined when there is none. */
  readonly take: () => RecordBatch | undefined;
  /** It was not handled: the consumer stops, or the pump is held. */
  readonly putBack: (batch: RecordBatch) => void;
  readonly done: (batch: RecordBatch) => void;
}

/** Handles the batches of one shard one at a time. */
export interface Pump {
  /** There may be something to take. No handler runs within the caller's own turn. */
  wake(): void;
  /** Begins no other batch, and repeats none that failed. Resolves when no handler runs. */
  hold(): Promise<void>;
  /** Undoes `hold`. */
  go(): void;
  /** Resolves when no handler runs. */
  idle(): Promise<void>;
}

export function createPump({ delivery, take, putBack, done }: PumpOptions): Pump {
  let holding = new AbortController();
  let stop = AbortSignal.any([delivery.stop, holding.signal]);
  let running: Promise<void> | undefined;

  const run = async () => {
    await Promise.resolve();
    while (!stop.aborted) {
      const signal = stop;
      const batch = take();
      if (batch === undefined) break;
      if ((await deliver(batch, { ...delivery, stop: signal })) === 'done') {
        done(batch);
      } else {
        putBack(batch);
        // Held and let go again while it ran: it is for this run to try once more.
        if (signal === stop) break;
      }
    }
    running = undefined;
  };
  const wake = () => {
    if (!stop.aborted) running ??= run();
  };

  return {
    wake,
    hold: async () => {
      holding.abort();
      await running;
    },
    go: () => {
      if (!holding.signal.aborted) return;
      holding = new AbortController();
      stop = AbortSignal.any([delivery.stop, holding.signal]);
      wake();
    },
    idle: async () => running,
  };
}
