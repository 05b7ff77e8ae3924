import { partitionKey, type ShardCatchUp, watchShard } from './catch-up.ts';
import type { ShardReading, Tenure } from './holdings.ts';
import { createLane, type Lane } from './lane.ts';
import type { OwnershipOptions } from './ownership.ts';
import { placeAll } from './placement.ts';
import type { StoredRecord } from './port.ts';
import { DEFAULT_BATCH_RECORDS, LANE_BYTES, LANE_RECORDS, type ShardReader } from './shard-reader.ts';
import type { FetchControl, ReadingOptions } from './shard-reader.ts';
import { createTenures } from './tenures.ts';

export interface OwnerReaderOptions extends ReadingOptions {
  readonly ownership: OwnershipOptions;
  readonly isFresh: () => boolean;
}

/** What a member reads that owns its shards: each tenure of a shard has a lane and positions of its own. */
export function createOwnerReader(options: OwnerReaderOptions): ShardReader {
  const { consume, control, stop } = options;
  let topicsOf: ReadonlyMap<number, readonly string[]> = new Map();
  /** Handled since the last look, by `partitionKey`. */
  const moved = new Map<string, ReturnType<ShardReader['progress']>[number]>();
  const onHandled = (topic: string, partition: number, offset: bigint) =>
    moved.set(partitionKey(topic, partition), { topic, partition, offset });
  const tenures = createTenures<KafkaReading>({
    ...options,
    read: (tenure) => createKafkaReading(options, tenure, { topics: topicsOf.get(tenure.shard) ?? [], onHandled }),
    begin: (readings) => {
      const isCurrent = () => !stop.aborted && readings.some((reading) => reading.isCurrent());
      const byShard = new Map(readings.map((reading) => [reading.shard, reading]));
      void placeAll(
        readings.flatMap((reading) => reading.places()),
        {
          ...options,
          // Always anew: what was handled in an earlier tenure is forgotten with it.
          handled: () => undefined,
          isCurrent,
          go: ({ topic, partition }, offset, end) => byShard.get(partition)?.place(topic, offset, end),
        },
      );
    },
  });

  return {
    assigned: (memberId, assignment) => {
      const topics = new Map<number, string[]>();
      for (const topic of consume.topics) {
        for (const shard of assignment[topic] ?? []) {
          topics.set(shard, [...(topics.get(shard) ?? []), topic]);
          // The client has forgotten every position: nothing is fetched before it has one again.
          control.pause(topic, shard);
        }
      }
      topicsOf = topics;
      // Somebody else goes on from there, and must not be set back.
      for (const [key, { partition }] of moved) if (!topics.has(partition)) moved.delete(key);
      tenures.assigned(memberId, [...topics.keys()]);
    },
    fetched: (topic, partition, records, next) => tenures.of(partition)?.fetched(topic, records, next) ?? false,
    // For people who look at lag; each acquisition begins at the start that the owner names.
    progress: () => {
      const handled = [...moved.values()];
      moved.clear();
      return handled;
    },
    claims: tenures.claims,
    suspend: () => void tenures.suspend(),
    resume: tenures.resume,
    mayJoin: tenures.mayJoin,
    end: tenures.end,
  };
}

interface KafkaReading extends ShardReading {
  readonly shard: number;
  isCurrent(): boolean;
  places(): readonly { readonly topic: string; readonly partition: number }[];
  place(topic: string, offset: bigint, end: bigint): void;
  fetched(topic: string, records: readonly StoredRecord[], next: bigint): boolean;
}

interface ReadTopics {
  readonly topics: readonly string[];
  readonly onHandled: (topic: string, shard: number, next: bigint) => void;
}

/** One shard during one tenure. Its partitions are paused until they have their place. */
function createKafkaReading(
  options: OwnerReaderOptions,
  tenure: Tenure,
  { topics, onHandled }: ReadTopics,
): KafkaReading {
  const { consume, control, ownership, onFatal } = options;
  const { shard, over } = tenure;
  const nextFetch = new Map<string, bigint>();
  const isCurrent = () => !over.aborted;
  const caughtUp = () => {
    if (isCurrent()) tell(ownership, shard, onFatal);
  };
  const catchUp: ShardCatchUp = watchShard(topics, caughtUp);
  const lane: Lane = createLane({
    delivery: { ...options, onBatch: consume.onBatch, stop: over },
    maxBatchRecords: consume.maxBatchRecords ?? DEFAULT_BATCH_RECORDS,
    maxRecords: LANE_RECORDS,
    maxBytes: LANE_BYTES,
    onHandled: (topic, next) => {
      catchUp.handled(topic, next);
      if (isCurrent()) onHandled(topic, shard, next);
    },
    onRoom: () => {
      if (isCurrent()) for (const topic of nextFetch.keys()) control.resume(topic, shard);
    },
  });
  const fetchFrom = (topic: string, offset: bigint) =>
    seekAndGo(control, { topic, shard, offset, isFull: lane.full() });
  for (const topic of topics) control.pause(topic, shard);

  return {
    shard,
    isCurrent,
    places: () => topics.map((topic) => ({ topic, partition: shard })),
    place: (topic, offset, end) => {
      if (!isCurrent()) return;
      nextFetch.set(topic, offset);
      fetchFrom(topic, offset);
      catchUp.placed(topic, offset, end);
    },
    fetched: (topic, records, next) => {
      const from = nextFetch.get(topic);
      if (from === undefined || !isCurrent()) return false;
      nextFetch.set(topic, next > from ? next : from);
      lane.push(records.filter((record) => record.offset >= from));
      if (lane.full()) for (const each of nextFetch.keys()) control.pause(each, shard);
      return true;
    },
    hold: lane.hold,
    go: () => {
      lane.go();
      for (const [topic, offset] of nextFetch) fetchFrom(topic, offset);
    },
  };
}

interface Fetch {
  readonly topic: string;
  readonly shard: number;
  readonly offset: bigint;
  readonly isFull: boolean;
}

function seekAndGo(control: FetchControl, { topic, shard, offset, isFull }: Fetch): void {
  control.seek(topic, shard, offset);
  if (!isFull) control.resume(topic, shard);
}

/** A handler of the owner that throws is a bug: nobody could say what it has understood. */
export function tell(ownership: OwnershipOptions, shard: number, onFatal: (cause: unknown) => void): void {
  try {
    ownership.onShardCaughtUp?.(shard);
  } catch (cause) {
    onFatal(cause);
  }
}
