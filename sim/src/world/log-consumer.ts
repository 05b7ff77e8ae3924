import type { ConsumeOptions, Consumption, RecordBatch, StoredRecord } from '@headroom/event-log';
import type { Rng } from '@headroom/kernel';
import { between } from '../rng.ts';
import type { Away } from './away.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { LogStore, StoredPartition } from './log-store.ts';
import type { VirtualTime } from './virtual-time.ts';

export const DEFAULT_BATCH_RECORDS = 500;
export const FETCH_MS: readonly [number, number] = [0.3, 20];
/** Of fetches, in a seed with trouble of the log: a consumer that lags behind. */
const LAG_SHARE = 0.002;
const LAG_MS: readonly [number, number] = [100, 2_000];
export const AWAY_RETRY_MS = 500;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** Who reads for which group: the newest member; the one before it is out (KF: a session that expired). */
export type GroupBook = Map<string, { ended: boolean }>;

export interface ConsumerWorld {
  readonly time: VirtualTime;
  readonly store: LogStore;
  readonly groups: GroupBook;
  readonly faults: Faults;
  readonly isAway: () => boolean;
  readonly away: Pick<Away, 'logFromMs' | 'logUntilMs'>;
  readonly life: Life;
  readonly rng: Rng;
}

/** One topic of a shard, and how far it is read. */
export interface Place {
  readonly topic: string;
  readonly partition: StoredPartition;
  next: number;
}

interface Shard {
  readonly number: number;
  readonly places: readonly Place[];
  busy: boolean;
}

/** Reads the shards side by side, one batch of a shard at a time; which topic comes first is anybody's guess. */
export async function consumeSim(world: ConsumerWorld, options: ConsumeOptions): Promise<Consumption> {
  const { store, groups, life, rng } = world;
  const membership = { ended: false };
  const before = groups.get(options.group);
  if (before !== undefined) before.ended = true;
  groups.set(options.group, membership);
  const shards = await startingShards(store, options);
  const open = endsToReach(shards);
  const over = (): boolean => membership.ended || !life.isAlive();
  let fetches = 0;
  let saidCaughtUp = false;

  const checkCaughtUp = (): void => {
    if (saidCaughtUp || open.size > 0 || over()) return;
    saidCaughtUp = true;
    life.after(0, `${life.name} caught up`, () => options.onCaughtUp?.());
  };
  const wake = (shard: Shard): void => {
    if (shard.busy || over() || !shard.places.some(hasMore)) return;
    shard.busy = true;
    fetches += 1;
    const waitMs = between(rng, ...FETCH_MS) + lagMs(world, options.group, fetches);
    life.after(waitMs, `${life.name} fetch`, () => void fetch(shard));
  };
  const fetch = async (shard: Shard): Promise<void> => {
    if (over()) return;
    if (world.isAway()) {
      life.after(AWAY_RETRY_MS, `${life.name} fetch`, () => void fetch(shard));
      return;
    }
    const place = anyReady(shard.places, rng);
    if (place === undefined) return void (shard.busy = false);
    const batch = batchOf(shard.number, place, options.maxBatchRecords ?? DEFAULT_BATCH_RECORDS);
    if (!(await deliver({ life, options, isOver: () => false }, batch))) return;
    place.next += batch.records.length;
    const end = open.get(place);
    if (end !== undefined && place.next >= end) open.delete(place);
    checkCaughtUp();
    shard.busy = false;
    wake(shard);
  };
  const unhear = store.onStored(options.topics, ({ partition }) => {
    const shard = shards[partition];
    if (shard !== undefined) wake(shard);
  });
  const end = (): void => {
    membership.ended = true;
    unhear();
  };
  life.onDeath(end);
  // Like the real ones: what comes first may come before `consume` has resolved.
  for (const shard of shards) wake(shard);
  checkCaughtUp();
  return {
    pollAgeMs: () => 0,
    stop: async () => end(),
  };
}

async function startingShards(store: LogStore, { topics, start }: ConsumeOptions): Promise<readonly Shard[]> {
  const count = Math.max(0, ...topics.map((topic) => store.partitionsOf(topic)));
  const shards: Shard[] = [];
  for (let number = 0; number < count; number += 1) {
    const places: Place[] = [];
    for (const topic of topics) {
      const stored = start.kind === 'stored' ? await start.nextOffset(topic, number) : undefined;
      places.push({ topic, partition: store.partition(topic, number), next: Number(stored ?? 0n) });
    }
    shards.push({ number, places, busy: false });
  }
  return shards;
}

function endsToReach(shards: readonly Shard[]): Map<Place, number> {
  const behind = shards.flatMap(({ places }) => places.filter(hasMore));
  return new Map(behind.map((place) => [place, place.partition.records.length]));
}

export function lagMs({ faults }: Pick<ConsumerWorld, 'faults'>, group: string, fetches: number): number {
  const lags = faults.fires('log-trouble', `lag ${group}`, fetches, LAG_SHARE);
  return lags ? faults.extent('log-trouble', `lag ${group}`, fetches, LAG_MS) : 0;
}

export const hasMore = ({ partition, next }: Place): boolean => partition.records.length > next;

/** Of the topics that have more, whichever comes first: anybody's guess. */
export function anyReady(places: readonly Place[], rng: Rng): Place | undefined {
  const ready = places.filter(hasMore);
  return ready[Math.floor(rng.next() * ready.length)];
}

export function batchOf(shard: number, { topic, partition, next }: Place, most: number): RecordBatch {
  return { topic, partition: shard, records: partition.records.slice(next, next + most).map(copyOf) };
}

const copyOf = (record: StoredRecord): StoredRecord => ({ ...record, headers: { ...record.headers } });

export interface Delivery {
  readonly life: Life;
  readonly options: ConsumeOptions;
  /** A batch that failed is not repeated. */
  readonly isOver: () => boolean;
}

/** The same batch again until its handler has done it. False: the consumer is over. */
export async function deliver({ life, options, isOver }: Delivery, batch: RecordBatch): Promise<boolean> {
  for (let failures = 0; ; failures += 1) {
    try {
      await options.onBatch(batch);
      return life.isAlive();
    } catch (cause) {
      if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'INVARIANT_VIOLATED') {
        options.onFatal(cause);
        return false;
      }
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 20));
      if (isOver()) return false;
      await new Promise<void>((resolve) => void life.after(pauseMs, `${life.name} batch again`, resolve));
      if (isOver()) return false;
    }
  }
}
