import type { Delivery } from './deliver.ts';
import type { StoredRecord } from './port.ts';
import { createPump, type Pump } from './pump.ts';
import { recordBytes } from './record-check.ts';

export interface LaneOptions {
  readonly delivery: Delivery;
  readonly maxBatchRecords: number;
  /** Full at this many records or bytes; one fetch may overshoot it (OW-41). */
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Everything of the topic below `next` is handled. */
  readonly onHandled: (topic: string, next: bigint) => void;
  /** The lane was full and is half empty now. */
  readonly onRoom: () => void;
}

/** The queue of one shard: batches of all its topics, one at a time. */
export interface Lane extends Pick<Pump, 'hold' | 'go' | 'idle'> {
  /** Records of one topic and partition, in order. */
  push(records: readonly StoredRecord[]): void;
  full(): boolean;
  /** Forgets what waits of a topic; what runs goes on. */
  drop(topic: string): void;
}

export function createLane(options: LaneOptions): Lane {
  let queue: (readonly StoredRecord[])[] = [];
  let records = 0;
  let bytes = 0;
  let wasFull = false;

  const count = (batch: readonly StoredRecord[], sign: 1 | -1) => {
    records += sign * batch.length;
    for (const record of batch) bytes += sign * recordBytes(record);
  };
  const checkRoom = () => {
    if (!wasFull || records > options.maxRecords / 2 || bytes > options.maxBytes / 2) return;
    wasFull = false;
    options.onRoom();
  };
  const isFull = () => records >= options.maxRecords || bytes >= options.maxBytes;
  const pump = createPump({
    delivery: options.delivery,
    take: () => {
      const head = queue.shift();
      const batch = head?.slice(0, options.maxBatchRecords);
      const first = batch?.[0];
      if (head === undefined || batch === undefined || first === undefined) return undefined;
      if (batch.length < head.length) queue.unshift(head.slice(batch.length));
      return { topic: first.topic, partition: first.partition, records: batch };
    },
    putBack: (batch) => queue.unshift(batch.records),
    done: (batch) => {
      count(batch.records, -1);
      options.onHandled(batch.topic, (batch.records.at(-1)?.offset ?? 0n) + 1n);
      checkRoom();
    },
  });

  return {
    push: (batch) => {
      if (batch.length === 0) return;
      queue.push(batch);
      count(batch, 1);
      wasFull ||= isFull();
      pump.wake();
    },
    full: () => wasFull,
    drop: (topic) => {
      for (const batch of queue) if (batch[0]?.topic === topic) count(batch, -1);
      queue = queue.filter((batch) => batch[0]?.topic !== topic);
      checkRoom();
    },
    hold: pump.hold,
    go: pump.go,
    idle: pump.idle,
  };
}
