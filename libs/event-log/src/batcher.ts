import type { Timers } from '@headroom/kernel';
import { EventLogError, type EventRecord, type LogPosition } from './port.ts';
import { fencedError } from './record-check.ts';
import { type LogReport, wordsOf } from './report.ts';

/** A record whose partition is known. */
export interface Placed {
  readonly record: EventRecord;
  readonly partition: number;
  readonly bytes: number;
}

/** False: the record must not be written any more. */
export type Fence = () => boolean;

/** Writes all records of one topic and resolves with the offset of each; rejects when any may be missing (OW-04). */
export type Send = (topic: string, records: readonly Placed[]) => Promise<readonly bigint[]>;

export interface BatcherOptions {
  readonly topic: string;
  readonly send: Send;
  readonly timers: Timers;
  /** Milliseconds that only go forward. */
  readonly monoMs: () => number;
  readonly report: LogReport;
  /** What a record waits for company (KF-33). */
  readonly lingerMs: number;
  readonly maxBatchRecords: number;
  /** Below the broker's `message.max.bytes`; a single record may be larger. */
  readonly maxBatchBytes: number;
  /** A batch is sent again until its oldest record has waited that long, at least once. */
  readonly giveUpMs: number;
  /** Pause before a batch is sent again (OW-03). */
  readonly retryMs: number;
  /** Told of every record that leaves the queue, written or not. */
  readonly onGone: (bytes: number) => void;
}

export interface Batcher {
  /** `fence` is asked right before each attempt to write them. */
  add(records: readonly Placed[], fence?: Fence): Promise<readonly LogPosition[]>;
  /** Undefined, or since when (`monoMs`) nothing is acknowledged and why. */
  trouble(): { readonly sinceMs: number; readonly why: string } | undefined;
  /** The log is known to take records again: forgets a failure, unless something waits, whose turn will show it. */
  absolve(): void;
  /** Resolves when nothing is left; new records must not come. */
  drain(): Promise<void>;
}

/** The records of one `add`. */
interface Parcel {
  readonly positions: LogPosition[];
  left: number;
  failed: boolean;
  readonly fence: Fence | undefined;
  readonly resolve: (positions: readonly LogPosition[]) => void;
  readonly reject: (error: EventLogError) => void;
}

interface Item {
  readonly placed: Placed;
  readonly parcel: Parcel;
  readonly index: number;
  readonly sinceMs: number;
}

/**
 * Gathers the records of one topic into batches, one in flight at a time, so that a batch that is sent again never
 * overtakes a later one (KF-32): order per key holds across retries.
 */
export function createBatcher(options: BatcherOptions): Batcher {
  let queue: Item[] = [];
  let queuedBytes = 0;
  let flushing: Promise<void> | undefined;
  let cancelLinger: (() => void) | undefined;
  let failing: { readonly sinceMs: number; readonly why: string } | undefined;

  const takeBatch = (): readonly Item[] => {
    let count = 0;
    let bytes = 0;
    for (const item of queue) {
      const more = bytes + item.placed.bytes;
      if (count > 0 && (count >= options.maxBatchRecords || more > options.maxBatchBytes)) break;
      bytes = more;
      count += 1;
    }
    queuedBytes -= bytes;
    return queue.splice(0, count);
  };
  const onFailure = (sinceMs: number, why: string) => {
    failing ??= { sinceMs, why };
  };
  const settle = (batch: readonly Item[], outcome: readonly bigint[] | EventLogError) => {
    for (const [at, { placed, parcel, index }] of batch.entries()) {
      options.onGone(placed.bytes);
      if (outcome instanceof EventLogError) fail(parcel, outcome);
      else finish(parcel, index, { topic: options.topic, partition: placed.partition, offset: outcome[at] ?? -1n });
    }
    // What is left of a parcel that failed: its caller has its answer already.
    for (const { placed, parcel } of queue) if (parcel.failed) forget(placed);
    queue = queue.filter((item) => !item.parcel.failed);
  };
  const withoutFenced = (batch: readonly Item[]): readonly Item[] => {
    const fenced = batch.filter(({ parcel }) => parcel.fence?.() === false);
    if (fenced.length === 0) return batch;
    settle(fenced, fencedError());
    return batch.filter((item) => !fenced.includes(item));
  };
  const forget = (placed: Placed) => {
    queuedBytes -= placed.bytes;
    options.onGone(placed.bytes);
  };
  const flushAll = async (): Promise<void> => {
    while (queue.length > 0) {
      let batch = takeBatch();
      const next = () => {
        batch = withoutFenced(batch);
        return batch;
      };
      const outcome = await sendUntilDone(next, options, onFailure);
      // Nothing was sent where all of it was fenced.
      if (!(outcome instanceof EventLogError) && outcome.length > 0) failing = undefined;
      settle(batch, outcome);
    }
    flushing = undefined;
  };
  const flushNow = () => {
    cancelLinger?.();
    cancelLinger = undefined;
    flushing ??= flushAll();
  };

  return {
    add: (records, fence) =>
      new Promise((resolve, reject) => {
        const parcel = { positions: [], left: records.length, failed: false, fence, resolve, reject };
        const sinceMs = options.monoMs();
        for (const [index, placed] of records.entries()) queue.push({ placed, parcel, index, sinceMs });
        queuedBytes += records.reduce((sum, placed) => sum + placed.bytes, 0);
        if (flushing !== undefined) return;
        if (queue.length >= options.maxBatchRecords || queuedBytes >= options.maxBatchBytes) flushNow();
        else cancelLinger ??= options.timers.after(options.lingerMs, flushNow);
      }),
    trouble: () => failing,
    absolve: () => {
      if (queue.length === 0 && flushing === undefined) failing = undefined;
    },
    drain: async () => {
      if (queue.length > 0) flushNow();
      await flushing;
    },
  };
}

/**
 * Sends the whole batch again after each failure (OW-03), until it is written or its oldest record has waited too long.
 * `next` gives what is left of it, for each attempt.
 */
async function sendUntilDone(
  next: () => readonly Item[],
  options: BatcherOptions,
  onFailure: (sinceMs: number, why: string) => void,
): Promise<readonly bigint[] | EventLogError> {
  let batch = next();
  const deadline = (batch[0]?.sinceMs ?? 0) + options.giveUpMs;
  while (batch.length > 0) {
    const beganMs = options.monoMs();
    try {
      return await options.send(
        options.topic,
        batch.map((item) => item.placed),
      );
    } catch (cause) {
      onFailure(beganMs, wordsOf(cause));
      options.report('append-failed', { topic: options.topic, records: batch.length, why: wordsOf(cause) });
      if (options.monoMs() + options.retryMs >= deadline) {
        const words = `no acknowledgement of ${options.topic} within ${options.giveUpMs} ms`;
        return new EventLogError('LOG_UNAVAILABLE', words, cause);
      }
    }
    await new Promise<void>((resolve) => options.timers.after(options.retryMs, resolve));
    batch = next();
  }
  return [];
}

function fail(parcel: Parcel, error: EventLogError): void {
  if (parcel.failed) return;
  parcel.failed = true;
  parcel.reject(error);
}

function finish(parcel: Parcel, index: number, position: LogPosition): void {
  parcel.positions[index] = position;
  parcel.left -= 1;
  if (parcel.left === 0 && !parcel.failed) parcel.resolve(parcel.positions);
}
