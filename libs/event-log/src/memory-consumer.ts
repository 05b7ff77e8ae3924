import type { Timers } from '@headroom/kernel';
import { partitionKey, watchCatchUp } from './catch-up.ts';
import type { MemoryPartition } from './memory-partition.ts';
import type { Consumption, ConsumeOptions, RecordBatch } from './port.ts';
import { createPump } from './pump.ts';
import { copyOf, offsetBeyondEnd } from './record-check.ts';
import type { LogReport } from './report.ts';

const DEFAULT_BATCH_RECORDS = 500;

export interface MemorySource {
  /** Partitions of the topic, by number. */
  partitions(topic: string): readonly MemoryPartition[];
  readonly timers: Timers;
  readonly report: LogReport;
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
  const shards = Math.max(0, ...options.topics.map((topic) => source.partitions(topic).length));
  const catchUp = watchCatchUp(endsToReach(source, options.topics, positions), () => {
    if (!ending.signal.aborted) options.onCaughtUp?.();
  });
  const delivery = { ...options, timers: source.timers, report: source.report, stop: ending.signal };
  const pumps = Array.from({ length: shards }, (_, shard) =>
    createPump({
      delivery,
      take: () => nextBatch(source, options, positions, shard),
      putBack: () => {},
      done: ({ topic, records }) => {
        const next = (records.at(-1)?.offset ?? 0n) + 1n;
        positions.set(partitionKey(topic, shard), next);
        catchUp.handled(topic, shard, next);
      },
    }),
  );

  return {
    wake: (shard) => pumps[shard]?.wake(),
    begin: () => {
      catchUp.begin();
      for (const pump of pumps) pump.wake();
    },
    pollAgeMs: () => 0,
    stop: async () => {
      ending.abort();
      await Promise.all(pumps.map((pump) => pump.idle()));
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

/** The oldest records of the shard that are not handled yet, of one topic, at most a batch. */
export function nextBatch(
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
