import type { EventRecord, LogPosition, StoredRecord, TopicSpec } from '@headroom/event-log';
import { EventLogError } from '@headroom/event-log';
import { partitionOfKey } from './partition-of-key.ts';

export interface StoredPartition {
  readonly records: readonly StoredRecord[];
}

/** What stands in the log, whoever lives: the broker's side. Everything is retained. */
export interface LogStore {
  ensure(specs: readonly TopicSpec[]): void;
  append(records: readonly EventRecord[]): readonly LogPosition[];
  partitionOf(topic: string, key: string): number;
  partition(topic: string, number: number): StoredPartition;
  partitionsOf(topic: string): number;
  /** `hear` is told of each record the moment it is durable. */
  onStored(hear: (record: StoredRecord) => void): () => void;
}

export function createLogStore(): LogStore {
  const topics = new Map<string, readonly { readonly records: StoredRecord[] }[]>();
  const hearers = new Set<(record: StoredRecord) => void>();

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
      for (const { name, partitions: count } of specs) {
        if (topics.has(name)) continue;
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
    onStored(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
}
