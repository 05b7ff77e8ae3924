import assert from 'node:assert/strict';
import { eventually, type LogUnderTest, PARTITIONS, recordOf, textOf } from './contract.ts';
import type { Acquisition, OwnershipOptions } from './ownership.ts';
import type { Consumption, ConsumeOptions } from './port.ts';

export const SHARDS: readonly number[] = Array.from({ length: PARTITIONS }, (_, shard) => shard);

/** What happened to all members of one check, in its order: `a acquired 0,1`. */
export type Timeline = string[];

/** A member that keeps what it is told, and complains about what may never be. */
export interface Owner {
  readonly name: string;
  readonly consumption: Consumption;
  /** Acquired and not lost, with the acquisition. */
  readonly owned: ReadonlyMap<number, Acquisition>;
  /** Every acquisition ever, by shard. */
  readonly acquisitions: ReadonlyMap<number, readonly Acquisition[]>;
  /** What was read of a shard since it was acquired. */
  textsOf(shard: number): readonly string[];
  /** How often it was said of a shard. */
  caughtUp(shard: number): number;
}

export interface OwnerOptions extends Partial<Omit<ConsumeOptions, 'ownership' | 'onFatal'>> {
  readonly name: string;
  readonly timeline: Timeline;
  readonly group: string;
  readonly topics: readonly string[];
  readonly ownership?: Partial<OwnershipOptions>;
}

export async function openOwner({ log }: LogUnderTest, options: OwnerOptions): Promise<Owner> {
  const { name, timeline, ownership = {} } = options;
  const owned = new Map<number, Acquisition>();
  const acquisitions = new Map<number, Acquisition[]>();
  const texts = new Map<number, string[]>();
  const caughtUp: number[] = [];
  const telling = createTelling(name, timeline);
  const consumption = await log.consume({
    start: { kind: 'earliest' },
    onFatal: (cause) => timeline.push(`${name} dies: ${String(cause)}`),
    ...options,
    onBatch: async (batch) => {
      const { partition, records } = batch;
      if (!owned.has(partition)) timeline.push(`WRONG: ${name} reads ${partition} that it does not own`);
      await options.onBatch?.(batch);
      texts.get(partition)?.push(...records.map((record) => textOf(record.value)));
    },
    ownership: {
      ...ownership,
      onAcquired: (shards, acquisition) =>
        telling('acquired', shards, async () => {
          await ownership.onAcquired?.(shards, acquisition);
          for (const shard of shards) {
            if (owned.has(shard)) timeline.push(`WRONG: ${name} acquires ${shard} that it owns`);
            owned.set(shard, acquisition);
            acquisitions.set(shard, [...(acquisitions.get(shard) ?? []), acquisition]);
            texts.set(shard, []);
          }
        }),
      onLost: (shards) =>
        telling('lost', shards, async () => {
          await ownership.onLost?.(shards);
          for (const shard of shards) owned.delete(shard);
        }),
      onShardCaughtUp: (shard) => {
        ownership.onShardCaughtUp?.(shard);
        caughtUp.push(shard);
      },
    },
  });
  return {
    ...{ name, consumption, owned, acquisitions },
    textsOf: (shard) => texts.get(shard) ?? [],
    caughtUp: (shard) => caughtUp.filter((each) => each === shard).length,
  };
}

/** Writes down the end of each call, and calls that overlap or say nothing. */
function createTelling(name: string, timeline: Timeline) {
  let running = 0;
  return async (what: string, shards: readonly number[], work: () => Promise<void>) => {
    running += 1;
    const isAscending = shards.every((shard, n) => n === 0 || shard > (shards[n - 1] ?? 0));
    if (running > 1 || shards.length === 0 || !isAscending) timeline.push(`WRONG: ${name} ${what} ${shards.join()}`);
    try {
      await work();
      timeline.push(`${name} ${what} ${shards.join()}`);
    } finally {
      running -= 1;
    }
  };
}

/** Waits until every shard has one owner that has caught up, and shares differ by one at most. */
export async function shared(subject: LogUnderTest, owners: readonly Owner[], shards = SHARDS): Promise<void> {
  const isSettled = () => {
    const sizes = owners.map(({ owned }) => owned.size);
    const held = owners.flatMap(({ owned }) => [...owned.keys()]).toSorted((a, b) => a - b);
    const isCaughtUp = owners.every(({ owned, acquisitions, caughtUp }) =>
      [...owned.keys()].every((shard) => caughtUp(shard) === acquisitions.get(shard)?.length),
    );
    return Math.max(...sizes) - Math.min(...sizes) <= 1 && held.join() === shards.join() && isCaughtUp;
  };
  await eventually(subject, `${owners.map(({ name }) => name).join()} share the shards`, isSettled);
}

export function nothingWrong(timeline: Timeline): void {
  assert.deepEqual(
    timeline.filter((line) => line.startsWith('WRONG') || line.includes(' dies')),
    [],
  );
}

/** A key of each shard: all topics of a check have the same partitions. */
export function keysOf({ log }: LogUnderTest, topic: string, shards = SHARDS): readonly string[] {
  const keys: string[] = [];
  for (let n = 0; keys.filter((key) => key !== undefined).length < shards.length && n < 10_000; n += 1) {
    keys[log.partitionOf(topic, `key-${n}`)] ??= `key-${n}`;
  }
  return keys;
}

/** Appends the texts to each shard of the topic. */
export async function fill(subject: LogUnderTest, topic: string, texts: readonly string[]): Promise<void> {
  const keys = keysOf(subject, topic);
  await subject.log.append(keys.flatMap((key) => texts.map((text) => recordOf(topic, key, text))));
}
