import type { EventRecord, LogPosition, StoredRecord, TopicSpec } from '@headroom/event-log';
import { EventLogError } from '@headroom/event-log';
import { partitionOfKey } from './partition-of-key.ts';

export interface StoredPartition {
  readonly records: readonly StoredRecord[];
}

/** The newest records of a compacted topic are not compacted yet. */
const UNCOMPACTED_TAIL = 20;

/** What stands in the log, whoever lives: the broker's side. Everything is retained. */
export interface LogStore {
  ensure(specs: readonly TopicSpec[]): void;
  append(records: readonly EventRecord[]): readonly LogPosition[];
  partitionOf(topic: string, key: string): number;
  partition(topic: string, number: number): StoredPartition;
  partitionsOf(topic: string): number;
  /** Records from that offset on, as compaction leaves them: of each key the newest, beside those that came last. */
  retained(topic: string, number: number, from: number): readonly StoredRecord[];
  /** `hear` is told of each record the moment it is durable. */
  onStored(hear: (record: StoredRecord) => void): () => void;
}

export function createLogStore(): LogStore {
  const topics = new Map<string, readonly { readonly records: StoredRecord[] }[]>();
  const hearers = new Set<(record: StoredRecord) => void>();
  const compacted = new Set<string>();

  const partitions = (topic: string) => {
    const found = topics.get(topic);
    if (found === undefined) throw new EventLogError('LOG_UNKNOWN_TOPIC', `topic ${topic} does not exist`);
    return found;
  };
  const store = (record: EventRecord): LogPosition => {
    const all = partitions(record.topic);
    const partition = partitionOfKey(record.key, all.length);
    const records = all[partition]?.records ?? [];
    const offset = BigInt(records.length);
    const stored = { ...record, value: record.value.slice(), headers: { ...record.headers }, partition, offset };
    records.push(stored);
    for (const hear of hearers) hear(stored);
    return { topic: record.topic, partition, offset };
  };

  return {
    ensure(specs) {
      for (const { name, partitions: count, cleanup } of specs) {
        if (topics.has(name)) continue;
        if (cleanup === 'compact') compacted.add(name);
        topics.set(
          name,
          Array.from({ length: count }, () => ({ records: [] })),
        );
      }
    },
    append: (records) => records.map(store),
    partitionOf: (topic, key) => partitionOfKey(key, partitions(topic).length),
    partition: (topic, number) => partitions(topic)[number] ?? { records: [] },
    partitionsOf: (topic) => partitions(topic).length,
    retained(topic, number, from) {
      const records = partitions(topic)[number]?.records.slice(from) ?? [];
      if (!compacted.has(topic)) return records;
      const newest = new Map(records.map(({ key, offset }) => [key, offset]));
      const tail = records.length - UNCOMPACTED_TAIL;
      return records.filter(({ key, offset }, index) => index >= tail || newest.get(key) === offset);
    },
    onStored(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
}
