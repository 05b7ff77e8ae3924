import type { Timers } from '@headroom/kernel';
import { type Batcher, createBatcher, type Placed } from './batcher.ts';
import { createProducer, createReader, sendWith } from './kafka-client.ts';
import { consumeKafka } from './kafka-consumer.ts';
import { createKafkaTopics, unavailable } from './kafka-topics.ts';
import { partitionOfKey } from './murmur2.ts';
import {
  type Consumption,
  EventLogError,
  type EventLog,
  type EventRecord,
  type LogPosition,
  MAX_RECORD_BYTES,
} from './port.ts';
import { REAL_TIMERS } from './real-timers.ts';
import { checkedBytes, closedError } from './record-check.ts';
import { calm, type LogReport, SILENT } from './report.ts';

const MAX_BATCH_RECORDS = 200;
const RETRY_MS = 50;
/** A consumer that has had no answer for so long is in trouble. */
const SILENCE_MS = 15_000;

export interface KafkaEventLogOptions {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[];
  /** The service, as brokers see it. */
  readonly clientId: string;
  /** Wait of a record for company, ms. Larger: fewer and larger requests, later answers. Default 3. */
  readonly lingerMs?: number;
  /** An append is refused after that, ms. Too small: a change of leader (3 s) fails appends. Default 5,000. */
  readonly giveUpMs?: number;
  /** Bytes that may wait to be written. Too large: an outage fills the memory. Default 16 MiB. */
  readonly maxQueueBytes?: number;
  readonly report?: LogReport;
}

interface AppendRoute {
  readonly batcherOf: (topic: string) => Batcher;
  readonly placed: (record: EventRecord, bytes: number) => Placed;
}

/** Connects to Kafka. Rejects with LOG_UNAVAILABLE when no broker answers. Runs in real time (`REAL_TIMERS`). */
export async function createKafkaEventLog(options: KafkaEventLogOptions): Promise<EventLog> {
  const { maxQueueBytes = 16 * 1024 * 1024 } = options;
  const monoMs = () => performance.now();
  const report = calm(options.report ?? SILENT, monoMs);
  const address = { brokers: options.brokers, clientId: options.clientId, report };
  const timers: Timers = REAL_TIMERS;
  const openAdmin = () => createReader(address).kafka.admin();
  const admin = openAdmin();
  const producer = createProducer(address);
  const topics = createKafkaTopics(admin, async () => {
    const another = openAdmin();
    await another.connect();
    return another;
  });
  const send = sendWith(producer);
  const batchers = new Map<string, Batcher>();
  const consumptions = new Set<Consumption>();
  let queuedBytes = 0;
  let closed = false;
  const connected = await Promise.allSettled([admin.connect(), producer.connect()]);
  const failed = connected.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    throw unavailable(failed.reason);
  }

  const batcherOf = (topic: string): Batcher => {
    const found = batchers.get(topic);
    if (found !== undefined) return found;
    const batcher = createBatcher({
      topic,
      send,
      timers,
      monoMs,
      report,
      lingerMs: options.lingerMs ?? 3,
      giveUpMs: options.giveUpMs ?? 5_000,
      retryMs: RETRY_MS,
      maxBatchRecords: MAX_BATCH_RECORDS,
      maxBatchBytes: MAX_RECORD_BYTES,
      onGone: (bytes) => {
        queuedBytes -= bytes;
      },
    });
    batchers.set(topic, batcher);
    return batcher;
  };
  const partitionOf = (topic: string, key: string) => partitionOfKey(key, topics.partitionsOf(topic));
  const topicsKnown = inTurn(
    (names) => names.every(topics.knows),
    (names) => topics.require(names),
  );
  const route: AppendRoute = {
    batcherOf,
    placed: (record, bytes) => ({ record, bytes, partition: partitionOf(record.topic, record.key) }),
  };

  return {
    ensureTopics: (specs) => topics.ensure(specs),
    append: async (records) => {
      if (closed) throw closedError();
      const sizes = records.map(checkedBytes);
      const bytes = sizes.reduce((sum, each) => sum + each, 0);
      if (queuedBytes + bytes > maxQueueBytes) {
        throw new EventLogError('LOG_QUEUE_FULL', `over ${maxQueueBytes} bytes wait to be written`);
      }
      queuedBytes += bytes;
      try {
        await topicsKnown(records.map((record) => record.topic));
      } catch (error) {
        queuedBytes -= bytes;
        throw error;
      }
      return appendAll(route, records, sizes);
    },
    partitionOf,
    consume: async (consumeOptions) => {
      if (closed) throw closedError();
      const onStopped = () => consumptions.delete(consumption);
      const consumption: Consumption = await consumeKafka(
        { address, topics, timers, monoMs, onStopped },
        consumeOptions,
      );
      consumptions.add(consumption);
      return consumption;
    },
    trouble: () =>
      closed ? 'the event log is closed' : troubleOf([...batchers.values()], [...consumptions], monoMs()),
    close: async () => {
      closed = true;
      await Promise.all([...consumptions].map((consumption) => consumption.stop()));
      await Promise.all([...batchers.values()].map((batcher) => batcher.drain()));
      await Promise.allSettled([producer.disconnect(), topics.close()]);
    },
  };
}

/**
 * Runs `work` where it is needed, and lets later calls wait behind it: appends keep their order while one of them asks the
 * cluster for a topic that is not known yet.
 */
function inTurn(isDone: (names: readonly string[]) => boolean, work: (names: readonly string[]) => Promise<void>) {
  let last: Promise<void> | undefined;
  return async (names: readonly string[]): Promise<void> => {
    if (last === undefined && isDone(names)) return;
    const turn = (last ?? Promise.resolve()).then(() => work(names));
    const quiet = turn.catch(() => {});
    last = quiet;
    try {
      await turn;
    } finally {
      if (last === quiet) last = undefined;
    }
  };
}

/** By topic, then back into the order of the call. Records of one topic enter its queue in that order, at once. */
async function appendAll(
  route: AppendRoute,
  records: readonly EventRecord[],
  sizes: readonly number[],
): Promise<readonly LogPosition[]> {
  const byTopic = new Map<string, { readonly placed: Placed[]; readonly indexes: number[] }>();
  for (const [index, record] of records.entries()) {
    const group = byTopic.get(record.topic) ?? { placed: [], indexes: [] };
    group.placed.push(route.placed(record, sizes[index] ?? 0));
    group.indexes.push(index);
    byTopic.set(record.topic, group);
  }
  const positions: LogPosition[] = [];
  const groups = [...byTopic].map(async ([topic, { placed, indexes }]) => {
    const written = await route.batcherOf(topic).add(placed);
    for (const [at, position] of written.entries()) positions[indexes[at] ?? 0] = position;
  });
  await Promise.all(groups);
  return positions;
}

function troubleOf(
  batchers: readonly Batcher[],
  consumptions: readonly Consumption[],
  nowMs: number,
): string | undefined {
  for (const batcher of batchers) {
    const failing = batcher.trouble();
    if (failing !== undefined)
      return `nothing acknowledged for ${Math.round(nowMs - failing.sinceMs)} ms: ${failing.why}`;
  }
  const silent = Math.max(0, ...consumptions.map((consumption) => consumption.pollAgeMs()));
  return silent > SILENCE_MS ? `no answer to a consumer for ${Math.round(silent)} ms` : undefined;
}
