import type { Timers } from '@headroom/kernel';
import type { RecordBatch } from './port.ts';
import { type LogReport, wordsOf } from './report.ts';

const FIRST_PAUSE_MS = 50;
/** The port promises it. */
const LONGEST_PAUSE_MS = 5_000;

export interface Delivery {
  readonly onBatch: (batch: RecordBatch) => Promise<void>;
  /** Not retried: a bug that no repeat heals. */
  readonly onFatal: (cause: unknown) => void;
  readonly timers: Timers;
  readonly report: LogReport;
  readonly stop: AbortSignal;
}

/** Hands a batch to its handler until the handler has done it. 'ended': stopped in a pause, or the consumer is dead. */
export async function deliver(batch: RecordBatch, delivery: Delivery): Promise<'done' | 'ended'> {
  for (let failures = 0; ; failures += 1) {
    try {
      await delivery.onBatch(batch);
      return 'done';
    } catch (cause) {
      if (isInvariant(cause)) {
        delivery.onFatal(cause);
        return 'ended';
      }
      const { topic, partition, records } = batch;
      const offset = Number(records[0]?.offset ?? -1n);
      delivery.report('batch-failed', { topic, partition, offset, failures: failures + 1, why: wordsOf(cause) });
    }
    if (delivery.stop.aborted) return 'ended';
    await pause(backOffMs(failures), delivery.timers, delivery.stop);
    if (delivery.stop.aborted) return 'ended';
  }
}

/** Doubles from 50 ms to 5 s. */
export const backOffMs = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 20));

export const isInvariant = (cause: unknown): boolean =>
  typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'INVARIANT_VIOLATED';

/** Ends early when `stop` comes. */
export function pause(delayMs: number, timers: Timers, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const done = () => {
      cancel();
      stop.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(delayMs, done);
    stop.addEventListener('abort', done);
  });
}
