import type { Timers } from '@headroom/kernel';
import { partitionKey, watchCatchUp } from './catch-up.ts';
import { deliver } from './deliver.ts';
import type { MemoryPartition } from './memory-partition.ts';
import type { Consumption, ConsumeOptions, RecordBatch } from './port.ts';
import { copyOf, offsetBeyondEnd } from './record-check.ts';
import type { LogReport } from './report.ts';

const DEFAULT_BATCH_RECORDS = 500;

export interface MemorySource {
  /** Partitions of the topic, by number. */
  partitions(topic: string): readonly MemoryPartition[];
  readonly timers: Timers;
  readonly report: LogReport;
  readonly onStopped: () => void;
}

export interface MemoryConsumption extends Consumption {
  /** Something was appended to partitions of this number. */
  wake(shard: number): void;
  begin(): void;
}

/** Reads partitions of one number one batch at a time, in the order of arrival; numbers run side by side. */
export async function consumeMemory(source: MemorySource, options: ConsumeOptions): Promise<MemoryConsumption> {
  const positions = await startPositions(source, options);
  const ending = new AbortController();
  const running = new Map<number, Promise<void>>();
  const shards = Math.max(0, ...options.topics.map((topic) => source.partitions(topic).length));
  const catchUp = watchCatchUp(endsToReach(source, options.topics, positions), () => {
    if (!ending.signal.aborted) options.onCaughtUp?.();
  });
  const delivery = { ...options, timers: source.timers, report: source.report, stop: ending.signal };

  const pump = async (shard: number): Promise<void> => {
    // Appends never run a handler in the caller's own turn.
    await Promise.resolve();
    while (!ending.signal.aborted) {
      const batch = nextBatch(source, options, positions, shard);
      const last = batch?.records.at(-1);
      if (batch === undefined || last === undefined) break;
      if ((await deliver(batch, delivery)) === 'ended') break;
      positions.set(partitionKey(batch.topic, shard), last.offset + 1n);
      catchUp.handled(batch.topic, shard, last.offset + 1n);
    }
    running.delete(shard);
  };
  const wake = (shard: number) => {
    if (shard < shards && !running.has(shard) && !ending.signal.aborted) running.set(shard, pump(shard));
  };

  return {
    wake,
    begin: () => {
      catchUp.begin();
      for (let shard = 0; shard < shards; shard += 1) wake(shard);
    },
    pollAgeMs: () => 0,
    stop: async () => {
      ending.abort();
      await Promise.all(running.values());
      source.onStopped();
    },
  };
}

async function startPositions(source: MemorySource, { topics, start }: ConsumeOptions): Promise<Map<string, bigint>> {
  const positions = new Map<string, bigint>();
  for (const topic of topics) {
    for (const [number, partition] of source.partitions(topic).entries()) {
      const stored = start.kind === 'stored' ? await start.nextOffset(topic, number) : undefined;
      if (stored !== undefined && stored > partition.end()) {
        throw offsetBeyondEnd(topic, number, stored, partition.end());
      }
      positions.set(partitionKey(topic, number), stored ?? partition.start());
    }
  }
  return positions;
}

function endsToReach(source: MemorySource, topics: readonly string[], positions: ReadonlyMap<string, bigint>) {
  const ends = new Map<string, bigint>();
  for (const topic of topics) {
    for (const [number, partition] of source.partitions(topic).entries()) {
      const key = partitionKey(topic, number);
      if (partition.arrivalFrom(positions.get(key) ?? 0n) !== undefined) ends.set(key, partition.end());
    }
  }
  return ends;
}

function nextBatch(
  source: MemorySource,
  options: ConsumeOptions,
  positions: ReadonlyMap<string, bigint>,
  shard: number,
): RecordBatch | undefined {
  let first: { readonly topic: string; readonly arrival: number } | undefined;
  for (const topic of options.topics) {
    const arrival = source.partitions(topic)[shard]?.arrivalFrom(positions.get(partitionKey(topic, shard)) ?? 0n);
    if (arrival !== undefined && (first === undefined || arrival < first.arrival)) first = { topic, arrival };
  }
  if (first === undefined) return undefined;
  const { topic } = first;
  const from = positions.get(partitionKey(topic, shard)) ?? 0n;
  const limit = options.maxBatchRecords ?? DEFAULT_BATCH_RECORDS;
  const records = source.partitions(topic)[shard]?.read(from, limit).map(copyOf) ?? [];
  return { topic, partition: shard, records };
}
