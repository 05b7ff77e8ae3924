import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { EventLogError } from './port.ts';
import { topicMismatch, unknownTopic } from './record-check.ts';
import { wordsOf } from './report.ts';
import type { TopicSpec } from './topic-spec.ts';

const CREATE_LIMIT_MS = 15_000;
/** An old topic has its leaders within seconds of a broker's death (OW-06): 5 s in all. */
const RANGE_ATTEMPTS = 20;
/** New ones within some hundred ms, some hundred partitions on a busy machine within half a minute: 60 s in all. */
const NEW_RANGE_ATTEMPTS = 240;
const RANGE_PAUSE_MS = 250;
/**
 * Of a compacted topic. The broker never compacts the segment it writes to, 1 GiB by default: who reads a partition of
 * snapshots to its end would read hours of them. So segments are small, and old ones are gone soon.
 */
const COMPACTED = [
  { name: 'segment.bytes', value: String(4 * 1024 * 1024) },
  { name: 'min.cleanable.dirty.ratio', value: '0.2' },
];
/** With three replicas one may be down. */
const SAFE_REPLICAS = 3;
const inSyncOf = (replicas: number): number => (replicas >= SAFE_REPLICAS ? 2 : 1);

export interface Range {
  /** Oldest offset that is kept. */
  readonly start: bigint;
  /** Offset that the next record will get. */
  readonly end: bigint;
}

/** What we know of the cluster's topics. Partition counts never change, so a known one is kept. */
export interface KafkaTopics {
  /** Throws LOG_UNKNOWN_TOPIC for a topic that was not there when we looked last. */
  partitionsOf(topic: string): number;
  knows(topic: string): boolean;
  /** Looks again when one of them is not known. */
  require(topics: Iterable<string>): Promise<void>;
  ensure(specs: readonly TopicSpec[]): Promise<void>;
  /** By partition. */
  ranges(topic: string): Promise<ReadonlyMap<number, Range>>;
  /** Each partition of the topic has a leader and as many replicas in sync as an append asks for. */
  writable(topic: string): Promise<boolean>;
  close(): Promise<void>;
}

/** `first` is connected; `renew` connects another one. */
export function createKafkaTopics(first: Admin, renew: () => Promise<Admin>): KafkaTopics {
  let admin = first;
  const counts = new Map<string, number>();
  let looking: Promise<void> | undefined;

  const look = async () => {
    const { topics } = await reach(admin.fetchTopicMetadata());
    for (const { name, partitions } of topics) counts.set(name, partitions.length);
  };
  const refresh = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const partitionsOf = (topic: string): number => {
    const count = counts.get(topic);
    if (count === undefined) throw unknownTopic(topic);
    return count;
  };

  const ranges = async (topic: string, attempts = RANGE_ATTEMPTS): Promise<ReadonlyMap<number, Range>> => {
    for (let attempt = 1; ; attempt += 1) {
      const asked = admin;
      try {
        const found = await asked.fetchTopicOffsets(topic);
        return new Map(found.map((each) => [each.partition, { start: BigInt(each.low), end: BigInt(each.high) }]));
      } catch (cause) {
        if (attempt === attempts) throw unavailable(cause);
        await sleep(RANGE_PAUSE_MS);
        // The library's admin keeps a stale leader for five minutes: only another one asks again who leads.
        if (admin === asked) admin = await reach(renew());
        await asked.disconnect().catch(() => {});
      }
    }
  };

  return {
    partitionsOf,
    knows: (topic) => counts.has(topic),
    require: async (topics) => {
      const names = [...new Set(topics)];
      if (names.some((name) => !counts.has(name))) await refresh();
      for (const name of names) partitionsOf(name);
    },
    ensure: async (specs) => {
      await refresh();
      const missing = specs.filter((spec) => !counts.has(spec.name));
      if (missing.length > 0) {
        await create(admin, missing);
        // Brokers learn of a new topic one after the other. One answers this for what it leads by now: an append right after it
        // is taken at once, and so not repeated.
        for (const { name } of missing) counts.set(name, (await ranges(name, NEW_RANGE_ATTEMPTS)).size);
      }
      for (const spec of specs) {
        const has = partitionsOf(spec.name);
        if (has !== spec.partitions) throw topicMismatch(spec.name, has, spec.partitions);
      }
    },
    ranges: (topic) => ranges(topic),
    writable: async (topic) => {
      const { topics } = await reach(admin.fetchTopicMetadata({ topics: [topic] }));
      return topics.every(({ partitions }) =>
        partitions.every(({ leader, isr, replicas }) => leader >= 0 && isr.length >= inSyncOf(replicas.length)),
      );
    },
    close: () => admin.disconnect(),
  };
}

async function create(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const topics = specs.map((spec) => ({
    topic: spec.name,
    numPartitions: spec.partitions,
    replicationFactor: spec.replicationFactor,
    configEntries: [
      { name: 'cleanup.policy', value: spec.cleanup },
      { name: 'min.insync.replicas', value: String(inSyncOf(spec.replicationFactor)) },
      ...(spec.cleanup === 'compact' ? COMPACTED : []),
    ],
  }));
  try {
    await admin.createTopics({ topics, waitForLeaders: false, timeout: CREATE_LIMIT_MS });
  } catch (cause) {
    // Somebody else may have made them at the same time; the check after this one tells.
    if (!wordsOf(cause).includes('already exists') && !isExisting(cause)) throw unavailable(cause);
  }
}

const isExisting = (cause: unknown): boolean =>
  typeof cause === 'object' &&
  cause !== null &&
  'errors' in cause &&
  Array.isArray(cause.errors) &&
  cause.errors.every((error: unknown) => wordsOf(error).includes('already exists'));

async function reach<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw unavailable(cause);
  }
}

export const unavailable = (cause: unknown): EventLogError =>
  new EventLogError('LOG_UNAVAILABLE', `Kafka does not answer: ${wordsOf(cause)}`, cause);
