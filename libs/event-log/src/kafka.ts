import { createAppender } from './kafka-append.ts';
import { type ClusterAddress, createProducer, createReader, sendWith } from './kafka-client.ts';
import { consumeKafka } from './kafka-consumer.ts';
import { createRangeReader } from './kafka-read.ts';
import { createKafkaTopics, unavailable } from './kafka-topics.ts';
import { partitionOfKey } from './murmur2.ts';
import type { Consumption, EventLog } from './port.ts';
import { REAL_TIMERS } from './real-timers.ts';
import { closedError } from './record-check.ts';
import { calm, type LogReport, SILENT } from './report.ts';

const DEFAULT_LINGER_MS = 3;
const DEFAULT_GIVE_UP_MS = 5_000;
const DEFAULT_QUEUE_BYTES = 16 * 1024 * 1024;
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
  /** Told of failures, the same one once in ten seconds. */
  readonly report?: LogReport;
}

/** Connects to Kafka. Rejects with LOG_UNAVAILABLE when no broker answers. Runs in real time (`REAL_TIMERS`). */
export async function createKafkaEventLog(options: KafkaEventLogOptions): Promise<EventLog> {
  const monoMs = () => performance.now();
  const report = calm(options.report ?? SILENT, monoMs);
  const address = { brokers: options.brokers, clientId: options.clientId, report };
  const { producer, topics } = await connect(address);
  const appender = createAppender({
    send: sendWith(producer),
    topics,
    lingerMs: options.lingerMs ?? DEFAULT_LINGER_MS,
    giveUpMs: options.giveUpMs ?? DEFAULT_GIVE_UP_MS,
    maxQueueBytes: options.maxQueueBytes ?? DEFAULT_QUEUE_BYTES,
    monoMs,
    report,
  });
  const ranges = createRangeReader(address, topics);
  const consumptions = new Set<Consumption>();
  let closed = false;

  return {
    ensureTopics: (specs) => topics.ensure(specs),
    append: async (records, appendOptions) => {
      if (closed) throw closedError();
      return appender.append(records, appendOptions);
    },
    partitionOf: (topic, key) => partitionOfKey(key, topics.partitionsOf(topic)),
    consume: async (consumeOptions) => {
      if (closed) throw closedError();
      const onStopped = () => consumptions.delete(consumption);
      const deps = { address, topics, timers: REAL_TIMERS, monoMs, onStopped };
      const consumption: Consumption = await consumeKafka(deps, consumeOptions);
      consumptions.add(consumption);
      return consumption;
    },
    readToEnd: async (range) => {
      if (closed) throw closedError();
      return ranges.readToEnd(range);
    },
    trouble: () => (closed ? 'the event log is closed' : (appender.trouble() ?? silence(consumptions))),
    close: async () => {
      closed = true;
      await Promise.all([...consumptions].map((consumption) => consumption.stop()));
      await appender.drain();
      await Promise.allSettled([producer.disconnect(), topics.close(), ranges.close()]);
    },
  };
}

async function connect(address: ClusterAddress) {
  const openAdmin = () => createReader(address).kafka.admin();
  const admin = openAdmin();
  const producer = createProducer(address);
  const connected = await Promise.allSettled([admin.connect(), producer.connect()]);
  const failed = connected.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    throw unavailable(failed.reason);
  }
  const topics = createKafkaTopics(admin, async () => {
    const another = openAdmin();
    await another.connect();
    return another;
  });
  return { producer, topics };
}

function silence(consumptions: ReadonlySet<Consumption>): string | undefined {
  const silentMs = Math.max(0, ...[...consumptions].map((consumption) => consumption.pollAgeMs()));
  return silentMs > SILENCE_MS ? `Kafka has not answered a consumer for ${Math.round(silentMs / 1_000)} s` : undefined;
}
