import type { Timers } from '@headroom/kernel';
import { consumeMemory, type MemoryConsumption } from './memory-consumer.ts';
import { createMemoryPartition, type MemoryPartition } from './memory-partition.ts';
import { partitionOfKey } from './murmur2.ts';
import { EventLogError, type EventLog, type EventRecord, type LogPosition } from './port.ts';
import { REAL_TIMERS } from './real-timers.ts';
import { checkedBytes, closedError, copyOf, topicMismatch, unknownTopic } from './record-check.ts';
import { type LogReport, SILENT } from './report.ts';

/** Enough for a quarter of an hour of a busy site, small enough for a laptop. */
export const DEFAULT_RECORDS_PER_PARTITION = 20_000;
/** As the real adapter. */
export const DEFAULT_QUEUE_BYTES = 16 * 1024 * 1024;

export interface MemoryEventLogOptions {
  /** Measures the pauses after a failed batch. Default: real time. */
  readonly timers?: Timers;
  /** Records kept of a partition; older ones go. Too small: a consumer that starts late misses facts. Default 20,000. */
  readonly maxRecordsPerPartition?: number;
  /** Bytes that may wait within one turn of the event loop. Default 16 MiB. */
  readonly maxQueueBytes?: number;
  readonly report?: LogReport;
}

/** The twin of the Kafka adapter: one process, deterministic, gone with it. */
export function createMemoryEventLog(options: MemoryEventLogOptions = {}): EventLog {
  const { timers = REAL_TIMERS, report = SILENT, maxQueueBytes = DEFAULT_QUEUE_BYTES } = options;
  const maxRecords = options.maxRecordsPerPartition ?? DEFAULT_RECORDS_PER_PARTITION;
  const topics = new Map<string, readonly MemoryPartition[]>();
  const consumptions = new Map<string, MemoryConsumption>();
  const groups = new Set<string>();
  let arrivals = 0;
  let waitingBytes = 0;
  let closed = false;

  const partitions = (topic: string): readonly MemoryPartition[] => {
    const found = topics.get(topic);
    if (found === undefined) throw unknownTopic(topic);
    return found;
  };

  const store = (record: EventRecord): LogPosition => {
    const all = partitions(record.topic);
    const number = partitionOfKey(record.key, all.length);
    const offset = all[number]?.end() ?? 0n;
    all[number]?.append(copyOf({ ...record, partition: number, offset }), arrivals);
    arrivals += 1;
    for (const consumption of consumptions.values()) consumption.wake(number);
    return { topic: record.topic, partition: number, offset };
  };

  return {
    ensureTopics: async (specs) => {
      for (const spec of specs) {
        const found = topics.get(spec.name);
        if (found !== undefined && found.length !== spec.partitions) {
          throw topicMismatch(spec.name, found.length, spec.partitions);
        }
        if (found !== undefined) continue;
        const fresh = Array.from({ length: spec.partitions }, () => createMemoryPartition(spec.cleanup, maxRecords));
        topics.set(spec.name, fresh);
      }
    },
    append: async (records) => {
      if (closed) throw closedError();
      const bytes = records.reduce((sum, record) => sum + checkedBytes(record), 0);
      for (const record of records) partitions(record.topic);
      if (waitingBytes + bytes > maxQueueBytes) {
        throw new EventLogError('LOG_QUEUE_FULL', `over ${maxQueueBytes} bytes wait to be written`);
      }
      waitingBytes += bytes;
      const positions = records.map(store);
      await Promise.resolve();
      waitingBytes -= bytes;
      return positions;
    },
    partitionOf: (topic, key) => partitionOfKey(key, partitions(topic).length),
    consume: async (consumeOptions) => {
      const { group } = consumeOptions;
      if (closed) throw closedError();
      if (groups.has(group)) throw new Error(`group ${group} is consumed already: one member a group in memory`);
      groups.add(group);
      const onStopped = () => {
        consumptions.delete(group);
        groups.delete(group);
      };
      try {
        const consumption = await consumeMemory({ partitions, timers, report, onStopped }, consumeOptions);
        consumptions.set(group, consumption);
        consumption.begin();
        return consumption;
      } catch (error) {
        groups.delete(group);
        throw error;
      }
    },
    trouble: () => (closed ? 'the event log is closed' : undefined),
    close: async () => {
      closed = true;
      await Promise.all([...consumptions.values()].map((consumption) => consumption.stop()));
    },
  };
}
