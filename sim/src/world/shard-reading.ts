import type { ConsumeOptions, OwnershipOptions } from '@headroom/event-log';
import { type ShardReading, type Tenure, tell, watchShard } from '@headroom/event-log/group-parts';
import { between } from '../rng.ts';
import {
  anyReady,
  AWAY_RETRY_MS,
  batchOf,
  type ConsumerWorld,
  DEFAULT_BATCH_RECORDS,
  deliver,
  FETCH_MS,
  hasMore,
  lagMs,
  type Place,
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
  let places: readonly Place[] = [];
  let isHeld = false;
  let isDue = false;
  let fetches = 0;
  let running: Promise<void> | undefined;
  const isStill = (): boolean => isHeld || over.aborted;
  const catchUp = watchShard(options.topics, () => {
    if (!over.aborted) tell(deps.ownership, number, deps.onFatal);
  });

  const wake = (): void => {
    if (isDue || running !== undefined || isStill() || !places.some(hasMore)) return;
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
    const place = anyReady(places, rng);
    if (place === undefined) return;
    running = handle(place).finally(() => {
      running = undefined;
      wake();
    });
  };
  const handle = async (place: Place): Promise<void> => {
    const batch = batchOf(number, place, options.maxBatchRecords ?? DEFAULT_BATCH_RECORDS);
    const outcome = await deliver({ life, options: { ...options, onFatal: deps.onFatal }, isOver: isStill }, batch);
    if (!outcome) return;
    place.next += batch.records.length;
    catchUp.handled(place.topic, BigInt(place.next));
  };
  const startOf = async (topic: string) => {
    const stored = start.kind === 'stored' ? await start.nextOffset(topic, number) : undefined;
    return { topic, from: stored ?? 0n, end: BigInt(store.partition(topic, number).records.length) };
  };

  return {
    begin: async () => {
      let starts: Awaited<ReturnType<typeof startOf>>[] | undefined;
      // Like the real one: whoever knows the positions may be away for a while.
      while (starts === undefined && !over.aborted) {
        starts = await Promise.all(options.topics.map(startOf)).catch(passing);
        if (starts === undefined) {
          await new Promise<void>((resolve) => void life.after(AWAY_RETRY_MS, `${life.name} begins again`, resolve));
        }
      }
      if (over.aborted || starts === undefined) return;
      places = starts.map(({ topic, from }) => {
        return { topic, partition: store.partition(topic, number), next: Number(from) };
      });
      for (const { topic, from, end } of starts) catchUp.placed(topic, from, end);
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
