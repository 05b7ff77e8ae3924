import type { EventRecord, LogPosition, StoredRecord, TopicSpec } from '@headroom/event-log';
import { EventLogError } from '@headroom/event-log';
import { partitionOfKey } from './partition-of-key.ts';

/** The same object whenever it is asked for. */
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
  topics(): readonly string[];
  /** Records from that offset on, as compaction leaves them: of each key the newest, beside those that came last. */
  retained(topic: string, number: number, from: number): readonly StoredRecord[];
  /** `hear` is told of each record of these topics the moment it is durable. */
  onStored(topics: readonly string[], hear: (record: StoredRecord) => void): () => void;
}

interface Topic {
  readonly partitions: readonly { readonly records: StoredRecord[] }[];
  readonly hearers: Set<(record: StoredRecord) => void>;
}

export function createLogStore(): LogStore {
  const topics = new Map<string, Topic>();
  const compacted = new Set<string>();

  const topicOf = (name: string): Topic => {
    const found = topics.get(name);
    if (found === undefined) throw new EventLogError('LOG_UNKNOWN_TOPIC', `topic ${name} does not exist`);
    return found;
  };
  const partitions = (topic: string) => topicOf(topic).partitions;
  const store = (record: EventRecord): LogPosition => {
    const { partitions: all, hearers } = topicOf(record.topic);
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
        const empty = Array.from({ length: count }, () => ({ records: [] }));
        topics.set(name, { partitions: empty, hearers: new Set() });
      }
    },
    append: (records) => records.map(store),
    partitionOf: (topic, key) => partitionOfKey(key, partitions(topic).length),
    partition: (topic, number) => partitions(topic)[number] ?? { records: [] },
    partitionsOf: (topic) => partitions(topic).length,
    topics: () => [...topics.keys()],
    retained(topic, number, from) {
      const records = partitions(topic)[number]?.records.slice(from) ?? [];
      if (!compacted.has(topic)) return records;
      const newest = new Map(records.map(({ key, offset }) => [key, offset]));
      const tail = records.length - UNCOMPACTED_TAIL;
      return records.filter(({ key, offset }, index) => index >= tail || newest.get(key) === offset);
    },
    onStored(names, hear) {
      const heard = names.map(topicOf);
      for (const { hearers } of heard) hearers.add(hear);
      return () => heard.forEach(({ hearers }) => hearers.delete(hear));
    },
  };
}
