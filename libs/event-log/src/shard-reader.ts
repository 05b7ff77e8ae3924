import type { Timers } from '@headroom/kernel';
import { type CatchUp, partitionKey, watchCatchUp } from './catch-up.ts';
import type { Range } from './kafka-topics.ts';
import { createLane, type Lane } from './lane.ts';
import { type Place, placeAll } from './placement.ts';
import { createPositions } from './positions.ts';
import type { ConsumeOptions, StoredRecord } from './port.ts';
import type { LogReport } from './report.ts';

/** A lane is full at this many records or bytes, and its partitions are paused. */
export const LANE_RECORDS = 2_000;
export const LANE_BYTES = 4 * 1024 * 1024;
export const DEFAULT_BATCH_RECORDS = 500;

/** What the reader asks of the client; calls may come at any time, also when the client is between two lives (OW-44). */
export interface FetchControl {
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  seek(topic: string, partition: number, offset: bigint): void;
}

export interface ReadingOptions {
  readonly consume: ConsumeOptions;
  readonly control: FetchControl;
  readonly ranges: (topic: string) => Promise<ReadonlyMap<number, Range>>;
  readonly timers: Timers;
  readonly report: LogReport;
  readonly stop: AbortSignal;
  readonly onFatal: (cause: unknown) => void;
}

export interface ShardReaderOptions extends ReadingOptions {
  /** By `partitionKey`: where the log ended when the consumer began. */
  readonly ends: ReadonlyMap<string, bigint>;
}

type Assignment = Readonly<Record<string, readonly number[]>>;

/** What one member reads: which partitions, from where, how far, one lane a shard. Knows no client library. */
export interface ShardReader {
  /** The group was joined, again perhaps: these are ours now. */
  assigned(memberId: string, assignment: Assignment): void;
  /** Records that were fetched, in order, and the offset behind them. False: not ours to read now. */
  fetched(topic: string, partition: number, records: readonly StoredRecord[], next: bigint): boolean;
  /** Next offset to handle of the partitions that are ours and moved since the last call. */
  progress(): readonly (Place & { readonly offset: bigint })[];
  /** What is ours, for the group. */
  claims(): ReadonlyMap<number, bigint>;
  /** The group is to be joined again: an owner comes to rest. */
  suspend(): void;
  /** It was not joined, and everything is ours as it was. Harmless when nothing is suspended. */
  resume(): void;
  /** It may be joined. 'never': the consumer has stopped. */
  mayJoin(): 'yes' | 'not-yet' | 'never';
  /** The consumer stops. Resolves when no handler runs, and an owner has heard that it lost everything. */
  end(): Promise<void>;
}

export function createShardReader(options: ShardReaderOptions): ShardReader {
  const { consume, control, stop } = options;
  const reading = createPositions();
  const catchUp = watchCatchUp(options.ends, () => {
    if (!stop.aborted) consume.onCaughtUp?.();
  });
  const lanes = createLanes(options, {
    onHandled: (place, next) => {
      reading.handled(place, next);
      catchUp.handled(place.topic, place.partition, next);
    },
    onRoom: (shard) => reading.ofShard(shard).forEach(({ topic }) => control.resume(topic, shard)),
  });
  const go = ({ topic, partition }: Place, offset: bigint) => {
    reading.nextFetch.set(partitionKey(topic, partition), offset);
    control.seek(topic, partition, offset);
    if (!lanes.of(partition).full()) control.resume(topic, partition);
  };

  return {
    assigned: (memberId, assignment) => {
      const { lost, kept, gained, generation } = reading.assign(memberId, assignment);
      for (const { topic, partition } of lost) lanes.of(partition).drop(topic);
      dropUnread(options.ends, assignment, catchUp);
      // The client has forgotten every position: nothing is fetched before it has one again.
      for (const { topic, partition } of [...kept, ...gained]) control.pause(topic, partition);
      for (const place of kept) go(place, reading.nextFetch.get(partitionKey(place.topic, place.partition)) ?? 0n);
      catchUp.begin();
      const isCurrent = () => generation === reading.generation() && !stop.aborted;
      const begin = (place: Place, start: bigint) => {
        go(place, start);
        // A start at the end leaves nothing to catch up with.
        catchUp.handled(place.topic, place.partition, start);
      };
      void placeAll(gained, { ...options, handled: reading.next, isCurrent, go: begin });
    },
    fetched: (topic, partition, records, next) => {
      const key = partitionKey(topic, partition);
      const from = reading.nextFetch.get(key);
      if (from === undefined || stop.aborted) return false;
      reading.nextFetch.set(key, next > from ? next : from);
      const lane = lanes.of(partition);
      lane.push(records.filter((record) => record.offset >= from));
      if (lane.full()) reading.ofShard(partition).forEach((place) => control.pause(place.topic, partition));
      return true;
    },
    progress: reading.progress,
    // Without epochs: whoever has a shard keeps it.
    claims: () => new Map(reading.shards().map((shard) => [shard, 0n])),
    suspend: () => {},
    resume: () => {},
    mayJoin: () => 'yes',
    end: lanes.idle,
  };
}

/** Nobody waits for partitions that another member reads. */
function dropUnread(ends: ReadonlyMap<string, bigint>, assignment: Assignment, catchUp: CatchUp): void {
  for (const key of ends.keys()) {
    const split = key.lastIndexOf('/');
    const [topic, partition] = [key.slice(0, split), Number(key.slice(split + 1))];
    if (assignment[topic]?.includes(partition) !== true) catchUp.drop(topic, partition);
  }
}

interface LaneEvents {
  readonly onHandled: (place: Place, next: bigint) => void;
  readonly onRoom: (shard: number) => void;
}

function createLanes(options: ShardReaderOptions, events: LaneEvents) {
  const lanes = new Map<number, Lane>();
  const create = (shard: number): Lane =>
    createLane({
      delivery: { ...options, onBatch: options.consume.onBatch },
      maxBatchRecords: options.consume.maxBatchRecords ?? DEFAULT_BATCH_RECORDS,
      maxRecords: LANE_RECORDS,
      maxBytes: LANE_BYTES,
      onHandled: (topic, next) => events.onHandled({ topic, partition: shard }, next),
      onRoom: () => events.onRoom(shard),
    });
  return {
    of: (shard: number): Lane => {
      const lane = lanes.get(shard) ?? create(shard);
      lanes.set(shard, lane);
      return lane;
    },
    idle: async () => {
      await Promise.all([...lanes.values()].map((lane) => lane.idle()));
    },
  };
}
