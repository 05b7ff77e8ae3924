import type { Timers } from '@headroom/kernel';
import { partitionKey, watchCatchUp } from './catch-up.ts';
import { type Delivery, pause } from './deliver.ts';
import type { Range } from './kafka-topics.ts';
import { createLane, type Lane } from './lane.ts';
import { type ConsumeOptions, EventLogError, type StoredRecord } from './port.ts';
import { offsetBeyondEnd } from './record-check.ts';
import { type LogReport, wordsOf } from './report.ts';

/** A lane is full at this many records or bytes, and its partitions are paused. */
export const LANE_RECORDS = 2_000;
export const LANE_BYTES = 4 * 1024 * 1024;
const DEFAULT_BATCH_RECORDS = 500;
const PLACE_AGAIN_MS = 500;

/** What the reader asks of the client; calls may come at any time, also when the client is between two lives (OW-44). */
export interface FetchControl {
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  seek(topic: string, partition: number, offset: bigint): void;
}

export interface ShardReaderOptions {
  readonly consume: ConsumeOptions;
  readonly control: FetchControl;
  readonly ranges: (topic: string) => Promise<ReadonlyMap<number, Range>>;
  /** By `partitionKey`: where the log ended when the consumer began. */
  readonly ends: ReadonlyMap<string, bigint>;
  readonly timers: Timers;
  readonly report: LogReport;
  readonly stop: AbortSignal;
  readonly onFatal: (cause: unknown) => void;
}

/** What one member reads: which partitions, from where, how far, one lane a shard. Knows no client library. */
export interface ShardReader {
  /** The group was joined, again perhaps: these are ours now. */
  assigned(memberId: string, assignment: Readonly<Record<string, readonly number[]>>): void;
  /** Records that were fetched, in order, and the offset behind them. False: not ours to read now. */
  fetched(topic: string, partition: number, records: readonly StoredRecord[], next: bigint): boolean;
  /** Next offset to handle of the partitions that are ours and moved since the last call. */
  progress(): readonly { readonly topic: string; readonly partition: number; readonly offset: bigint }[];
  idle(): Promise<void>;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

export function createShardReader(options: ShardReaderOptions): ShardReader {
  const { consume, control, stop } = options;
  const lanes = new Map<number, Lane>();
  /** Ours and placed: the next offset to fetch. */
  const nextFetch = new Map<string, bigint>();
  const handled = new Map<string, bigint>();
  const moved = new Map<string, Place>();
  let ours = new Map<string, Place>();
  let member = '';
  let generation = 0;
  const catchUp = watchCatchUp(options.ends, () => {
    if (!stop.aborted) consume.onCaughtUp?.();
  });
  const delivery: Delivery = { ...options, onBatch: consume.onBatch };

  const laneOf = (shard: number): Lane => {
    const found = lanes.get(shard);
    if (found !== undefined) return found;
    const lane = createLane({
      delivery,
      maxBatchRecords: consume.maxBatchRecords ?? DEFAULT_BATCH_RECORDS,
      maxRecords: LANE_RECORDS,
      maxBytes: LANE_BYTES,
      onHandled: (topic, next) => {
        const key = partitionKey(topic, shard);
        handled.set(key, next);
        moved.set(key, { topic, partition: shard });
        catchUp.handled(topic, shard, next);
      },
      onRoom: () => each(shard, control.resume),
    });
    lanes.set(shard, lane);
    return lane;
  };
  const each = (shard: number, act: (topic: string, partition: number) => void) => {
    for (const topic of consume.topics) if (nextFetch.has(partitionKey(topic, shard))) act(topic, shard);
  };
  const go = ({ topic, partition }: Place, offset: bigint) => {
    nextFetch.set(partitionKey(topic, partition), offset);
    control.seek(topic, partition, offset);
    if (!laneOf(partition).full()) control.resume(topic, partition);
  };

  const storedOf = ({ topic, partition }: Place): Promise<bigint | undefined> => {
    if (consume.start.kind === 'stored') return consume.start.nextOffset(topic, partition);
    return Promise.resolve(handled.get(partitionKey(topic, partition)));
  };
  const startOf = ({ topic, partition }: Place, stored: bigint | undefined, range: Range): bigint => {
    if (stored === undefined) return range.start;
    if (stored > range.end) throw offsetBeyondEnd(topic, partition, stored, range.end);
    if (stored >= range.start) return stored;
    // Retention took records that were never handled (KF-44).
    options.report('records-lost', { topic, partition, from: Number(stored), to: Number(range.start) });
    return range.start;
  };
  const placeTopic = async (topic: string, gained: readonly Place[]): Promise<void> => {
    const mine = generation;
    // The stored offset is asked before the end, or it could be the greater one by what comes in between.
    const stored = await Promise.all(gained.map(storedOf));
    const ranges = await options.ranges(topic);
    if (mine !== generation || stop.aborted) return;
    for (const [index, each] of gained.entries()) {
      const range = ranges.get(each.partition);
      if (range === undefined) throw new EventLogError('LOG_UNAVAILABLE', `${topic} [${each.partition}] has no leader`);
      const start = startOf(each, stored[index], range);
      go(each, start);
      catchUp.handled(topic, each.partition, start);
    }
  };
  const placeUntilDone = async (gained: readonly Place[]): Promise<void> => {
    const mine = generation;
    let left = gained;
    while (left.length > 0 && mine === generation && !stop.aborted) {
      try {
        for (const topic of new Set(left.map((each) => each.topic))) {
          const ofTopic = left.filter((each) => each.topic === topic);
          await placeTopic(topic, ofTopic);
        }
        return;
      } catch (cause) {
        if (cause instanceof EventLogError && cause.code === 'LOG_OFFSET_BEYOND_END') return options.onFatal(cause);
        options.report('start-unknown', { group: consume.group, why: wordsOf(cause) });
        left = left.filter(({ topic, partition }) => !nextFetch.has(partitionKey(topic, partition)));
        await pause(PLACE_AGAIN_MS, options.timers, stop);
      }
    }
  };

  return {
    assigned: (memberId, assignment) => {
      generation += 1;
      const before = ours;
      ours = new Map();
      for (const [topic, partitions] of Object.entries(assignment)) {
        for (const partition of partitions) ours.set(partitionKey(topic, partition), { topic, partition });
      }
      // Another member id means that everything was lost in between, even if the same shards are back (OW-14).
      const same = memberId === member;
      member = memberId;
      for (const [key, { topic, partition }] of before) {
        if (same && ours.has(key)) continue;
        nextFetch.delete(key);
        laneOf(partition).drop(topic);
      }
      for (const key of options.ends.keys()) {
        const split = key.lastIndexOf('/');
        if (!ours.has(key)) catchUp.drop(key.slice(0, split), Number(key.slice(split + 1)));
      }
      // The client has forgotten every position: nothing is fetched before it has one again.
      for (const { topic, partition } of ours.values()) control.pause(topic, partition);
      const gained: Place[] = [];
      for (const [key, each] of ours) {
        const kept = nextFetch.get(key);
        if (kept === undefined) gained.push(each);
        else go(each, kept);
      }
      catchUp.begin();
      void placeUntilDone(gained);
    },
    fetched: (topic, partition, records, next) => {
      const key = partitionKey(topic, partition);
      const from = nextFetch.get(key);
      if (from === undefined || stop.aborted) return false;
      nextFetch.set(key, next > from ? next : from);
      const lane = laneOf(partition);
      lane.push(records.filter((record) => record.offset >= from));
      if (lane.full()) each(partition, control.pause);
      return true;
    },
    progress: () => {
      const result = [...moved]
        .filter(([key]) => ours.has(key))
        .map(([key, each]) => ({ ...each, offset: handled.get(key) ?? 0n }));
      moved.clear();
      return result;
    },
    idle: async () => {
      await Promise.all([...lanes.values()].map((lane) => lane.idle()));
    },
  };
}
