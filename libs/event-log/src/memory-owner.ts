import { type ShardCatchUp, partitionKey, watchShard } from './catch-up.ts';
import type { ShardReading, Tenure } from './holdings.ts';
import { type MemorySource, nextBatch } from './memory-consumer.ts';
import type { GroupMember } from './assign-shards.ts';
import { tell } from './owner-reader.ts';
import type { OwnershipOptions } from './ownership.ts';
import type { ConsumeOptions } from './port.ts';
import { createPump } from './pump.ts';
import { offsetBeyondEnd } from './record-check.ts';
import { createTenures } from './tenures.ts';

export interface MemoryOwnerOptions {
  readonly memberId: string;
  readonly source: MemorySource;
  readonly consume: ConsumeOptions;
  readonly ownership: OwnershipOptions;
}

/** One member of a group of owners. */
export interface MemoryOwner {
  readonly memberId: string;
  /** As the group sees it now. */
  seen(): GroupMember;
  /** Resolves when it is at rest; when it stops, once it has. */
  suspend(): Promise<void>;
  hasStopped(): boolean;
  assigned(shards: readonly number[]): void;
  wake(shard: number): void;
  end(): Promise<void>;
}

export function createMemoryOwner(options: MemoryOwnerOptions): MemoryOwner {
  const { memberId, source, consume, ownership } = options;
  const dead = new AbortController();
  const fatal = (cause: unknown) => {
    if (dead.signal.aborted) return;
    dead.abort();
    consume.onFatal(cause);
  };
  const tenures = createTenures<MemoryReading>({
    ...source,
    ownership,
    // The group of one process always answers.
    isFresh: () => true,
    read: (tenure) => createMemoryReading(options, tenure, fatal),
    begin: (readings) => readings.forEach((reading) => void reading.begin().catch(fatal)),
    stop: dead.signal,
    onFatal: fatal,
  });

  return {
    memberId,
    seen: () => ({ memberId, topics: consume.topics, claims: tenures.claims() }),
    suspend: tenures.suspend,
    hasStopped: () => tenures.mayJoin() === 'never',
    assigned: (shards) => tenures.assigned(memberId, shards),
    wake: (shard) => tenures.of(shard)?.wake(),
    end: tenures.end,
  };
}

interface MemoryReading extends ShardReading {
  begin(): Promise<void>;
  wake(): void;
}

/** One shard during one tenure: from the start, in the order of arrival. */
function createMemoryReading(
  { source, consume, ownership }: MemoryOwnerOptions,
  { shard, over }: Tenure,
  onFatal: (cause: unknown) => void,
): MemoryReading {
  const { start } = consume;
  const topics = consume.topics.filter((topic) => source.partitions(topic)[shard] !== undefined);
  const positions = new Map<string, bigint>();
  let isPlaced = false;
  const catchUp: ShardCatchUp = watchShard(topics, () => {
    if (!over.aborted) tell(ownership, shard, onFatal);
  });
  const pump = createPump({
    delivery: { ...source, onBatch: consume.onBatch, onFatal, stop: over },
    take: () => (isPlaced ? nextBatch(source, consume, positions, shard) : undefined),
    putBack: () => {},
    done: (batch) => {
      const next = (batch.records.at(-1)?.offset ?? 0n) + 1n;
      positions.set(partitionKey(batch.topic, shard), next);
      catchUp.handled(batch.topic, next);
    },
  });
  const placeOf = async (topic: string) => {
    const stored = start.kind === 'stored' ? await start.nextOffset(topic, shard) : undefined;
    const partition = source.partitions(topic)[shard];
    const [first, end] = [partition?.start() ?? 0n, partition?.end() ?? 0n];
    if (stored !== undefined && stored > end) throw offsetBeyondEnd(topic, shard, stored, end);
    return { topic, from: stored ?? first, end };
  };

  return {
    begin: async () => {
      const places = await Promise.all(topics.map(placeOf));
      if (over.aborted) return;
      for (const { topic, from } of places) positions.set(partitionKey(topic, shard), from);
      isPlaced = true;
      for (const { topic, from, end } of places) catchUp.placed(topic, from, end);
      pump.wake();
    },
    wake: pump.wake,
    hold: pump.hold,
    go: pump.go,
  };
}
