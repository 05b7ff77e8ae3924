import type { ConsumeOptions, OwnershipOptions } from '@headroom/event-log';
import { type ShardReading, type Tenure, tell, watchShard } from '@headroom/event-log/group-parts';
import { between } from '../rng.ts';
import {
  AWAY_RETRY_MS,
  batchOf,
  type ConsumerWorld,
  DEFAULT_BATCH_RECORDS,
  deliver,
  FETCH_MS,
  lagMs,
  readyTopics,
} from './log-consumer.ts';

export interface SimShardReading extends ShardReading {
  begin(): Promise<void>;
  /** Something was appended. */
  wake(): void;
}

export interface ShardReadingDeps extends ConsumerWorld {
  readonly options: ConsumeOptions;
  readonly ownership: OwnershipOptions;
  readonly onFatal: (cause: unknown) => void;
}

/** One shard during one tenure, batch by batch; which topic comes first is anybody's guess. */
export function createShardReading(deps: ShardReadingDeps, { shard: number, over }: Tenure): SimShardReading {
  const { store, life, rng, options } = deps;
  const { start } = options;
  const shard = { number, next: new Map<string, number>() };
  let isHeld = false;
  let isDue = false;
  let fetches = 0;
  let running: Promise<void> | undefined;
  const isStill = (): boolean => isHeld || over.aborted;
  const catchUp = watchShard(options.topics, () => {
    if (!over.aborted) tell(deps.ownership, number, deps.onFatal);
  });

  const wake = (): void => {
    if (isDue || running !== undefined || isStill() || readyTopics(store, shard).length === 0) return;
    isDue = true;
    fetches += 1;
    life.after(between(rng, ...FETCH_MS) + lagMs(deps, options.group, fetches), `${life.name} fetch`, fetch);
  };
  const fetch = (): void => {
    isDue = false;
    if (isStill() || running !== undefined) return;
    if (deps.isAway()) {
      isDue = true;
      return void life.after(AWAY_RETRY_MS, `${life.name} fetch`, fetch);
    }
    const topics = readyTopics(store, shard);
    const topic = topics[Math.floor(rng.next() * topics.length)];
    if (topic === undefined) return;
    running = handle(topic).finally(() => {
      running = undefined;
      wake();
    });
  };
  const handle = async (topic: string): Promise<void> => {
    const batch = batchOf(store, shard, topic, options.maxBatchRecords ?? DEFAULT_BATCH_RECORDS);
    const outcome = await deliver({ life, options: { ...options, onFatal: deps.onFatal }, isOver: isStill }, batch);
    if (!outcome) return;
    const next = (shard.next.get(topic) ?? 0) + batch.records.length;
    shard.next.set(topic, next);
    catchUp.handled(topic, BigInt(next));
  };
  const placeOf = async (topic: string) => {
    const stored = start.kind === 'stored' ? await start.nextOffset(topic, number) : undefined;
    return { topic, from: stored ?? 0n, end: BigInt(store.partition(topic, number).records.length) };
  };

  return {
    begin: async () => {
      let places: Awaited<ReturnType<typeof placeOf>>[] | undefined;
      // Like the real one: whoever knows the positions may be away for a while.
      while (places === undefined && !over.aborted) {
        places = await Promise.all(options.topics.map(placeOf)).catch(passing);
        if (places === undefined) {
          await new Promise<void>((resolve) => void life.after(AWAY_RETRY_MS, `${life.name} begins again`, resolve));
        }
      }
      if (over.aborted || places === undefined) return;
      for (const { topic, from } of places) shard.next.set(topic, Number(from));
      for (const { topic, from, end } of places) catchUp.placed(topic, from, end);
      wake();
    },
    wake,
    hold: async () => {
      isHeld = true;
      await running;
    },
    go: () => {
      isHeld = false;
      wake();
    },
  };
}

/** A bug is none of those that pass. */
function passing(cause: unknown): undefined {
  if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code !== 'INVARIANT_VIOLATED') return;
  throw cause;
}
