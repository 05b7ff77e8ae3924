import type { Timers } from '@headroom/kernel';
import { createMemoryMembers } from './memory-members.ts';
import { createMemoryPartition, type MemoryPartition } from './memory-partition.ts';
import { partitionOfKey } from './murmur2.ts';
import { EventLogError, type EventLog, type EventRecord, type LogPosition, type ReadRange } from './port.ts';
import { REAL_TIMERS } from './real-timers.ts';
import {
  checkedBytes,
  closedError,
  copyOf,
  fencedError,
  offsetBeyondEnd,
  topicMismatch,
  unknownTopic,
} from './record-check.ts';
import { type LogReport, SILENT } from './report.ts';
import type { TopicSpec } from './topic-spec.ts';

/** Enough for a quarter of an hour of a busy site, small enough for a laptop. */
const DEFAULT_RECORDS_PER_PARTITION = 20_000;
/** As the real adapter. */
const DEFAULT_QUEUE_BYTES = 16 * 1024 * 1024;
/** Handed over at once by `readToEnd`. */
const READ_RECORDS = 500;

export interface MemoryEventLogOptions {
  /** Measures the pauses after a failed batch. Default: real time. */
  readonly timers?: Timers;
  /** Records kept of a partition; older ones go. Too small: a consumer that starts late misses facts. Default 20,000. */
  readonly maxRecordsPerPartition?: number;
  /** Bytes that may wait within one turn of the event loop. Default 16 MiB. */
  readonly maxQueueBytes?: number;
  readonly report?: LogReport;
}

/** With hands for tests on the groups of owners. */
export interface MemoryEventLog extends EventLog {
  /** Ids of the members of a group of owners, in the order in which they came. */
  membersOf(group: string): readonly string[];
  /**
   * Makes the group join again, with one shard given to one member and all others where they are. Resolves when the members
   * know it; acquiring begins then. The next join of a member, or its end, balances the group again.
   */
  moveShard(group: string, shard: number, toMember: string): Promise<void>;
}

/** The twin of the Kafka adapter: one process, deterministic, gone with it. */
export function createMemoryEventLog(options: MemoryEventLogOptions = {}): MemoryEventLog {
  const { timers = REAL_TIMERS, report = SILENT, maxQueueBytes = DEFAULT_QUEUE_BYTES } = options;
  const topics = createMemoryTopics(options.maxRecordsPerPartition ?? DEFAULT_RECORDS_PER_PARTITION);
  const members = createMemoryMembers({ partitions: topics.partitions, timers, report });
  let waitingBytes = 0;
  let closed = false;

  return {
    ensureTopics: async (specs) => specs.forEach(topics.ensure),
    append: async (records, { fence } = {}) => {
      if (closed) throw closedError();
      if (fence?.() === false) throw fencedError();
      const bytes = records.reduce((sum, record) => sum + checkedBytes(record), 0);
      for (const record of records) topics.partitions(record.topic);
      if (waitingBytes + bytes > maxQueueBytes) {
        throw new EventLogError('LOG_QUEUE_FULL', `over ${maxQueueBytes} bytes wait to be written`);
      }
      waitingBytes += bytes;
      const positions = records.map(topics.store);
      for (const { partition } of positions) members.wake(partition);
      await Promise.resolve();
      waitingBytes -= bytes;
      return positions;
    },
    partitionOf: (topic, key) => partitionOfKey(key, topics.partitions(topic).length),
    consume: async (consumeOptions) => {
      if (closed) throw closedError();
      return members.consume(consumeOptions);
    },
    readToEnd: async (range) => {
      if (closed) throw closedError();
      return readPartition(topics.partitions(range.topic)[range.partition], range);
    },
    membersOf: (group) => members.group(group)?.members() ?? [],
    moveShard: async (group, shard, toMember) => {
      const found = members.group(group);
      if (found === undefined) throw new Error(`${group} is not a group of owners`);
      await found.move(shard, toMember);
    },
    trouble: () => (closed ? 'the event log is closed' : undefined),
    close: async () => {
      closed = true;
      await members.stop();
    },
  };
}

async function readPartition(found: MemoryPartition | undefined, range: ReadRange): Promise<bigint> {
  const { topic, partition, onRecords } = range;
  if (found === undefined) throw unknownTopic(`${topic} [${partition}]`);
  const end = found.end();
  let next = range.from ?? found.start();
  if (next > end) throw offsetBeyondEnd(topic, partition, next, end);
  for (;;) {
    await Promise.resolve();
    const records = found.read(next, READ_RECORDS).filter((record) => record.offset < end);
    const last = records.at(-1);
    if (last === undefined) return end;
    onRecords(records.map(copyOf));
    next = last.offset + 1n;
  }
}

interface MemoryTopics {
  ensure(spec: TopicSpec): void;
  partitions(topic: string): readonly MemoryPartition[];
  store(record: EventRecord): LogPosition;
}

function createMemoryTopics(maxRecords: number): MemoryTopics {
  const topics = new Map<string, readonly MemoryPartition[]>();
  let arrivals = 0;
  const partitions = (topic: string): readonly MemoryPartition[] => {
    const found = topics.get(topic);
    if (found === undefined) throw unknownTopic(topic);
    return found;
  };
  return {
    partitions,
    ensure: (spec) => {
      const found = topics.get(spec.name);
      if (found === undefined) {
        const fresh = Array.from({ length: spec.partitions }, () => createMemoryPartition(spec.cleanup, maxRecords));
        topics.set(spec.name, fresh);
      } else if (found.length !== spec.partitions) {
        throw topicMismatch(spec.name, found.length, spec.partitions);
      }
    },
    store: (record) => {
      const all = partitions(record.topic);
      const partition = partitionOfKey(record.key, all.length);
      const offset = all[partition]?.end() ?? 0n;
      all[partition]?.append(copyOf({ ...record, partition, offset }), arrivals);
      arrivals += 1;
      return { topic: record.topic, partition, offset };
    },
  };
}
