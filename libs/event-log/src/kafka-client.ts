import { Kafka, type LogEntry, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { Placed, Send } from './batcher.ts';
import type { LogReport } from './report.ts';

/** What every client of one event log shares. */
export interface ClusterAddress {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[];
  /** Names us in the brokers' logs and quotas: the service. */
  readonly clientId: string;
  readonly report: LogReport;
}

const CONNECT_LIMIT_MS = 1_000;
/** Of a producer: a hung leader is left within seconds (OW-05). */
const APPEND_REQUEST_LIMIT_MS = 1_500;
const APPEND_BROKER_LIMIT_MS = 1_000;
/** Without it a hung leader is never left: a time-out does not refresh the metadata (OW-05). */
const APPEND_METADATA_AGE_MS = 1_000;
const READ_REQUEST_LIMIT_MS = 5_000;
/** kafkajs finds a new coordinator only after its retries are spent: few and short ones (OW-26). */
export const READ_RETRY = { initialRetryTime: 100, maxRetryTime: 300, retries: 10 };

/** The client of a producer. Its own retries lose acknowledged records (OW-01): none, the batcher repeats. */
export function createProducer(address: ClusterAddress): Producer {
  const kafka = client(address, { requestTimeout: APPEND_REQUEST_LIMIT_MS, retry: { retries: 0 } });
  return kafka.producer({
    allowAutoTopicCreation: false,
    // Never idempotent: the library gives the sequence number of a lost answer away again (KF-30).
    idempotent: false,
    retry: { retries: 0 },
    metadataMaxAge: APPEND_METADATA_AGE_MS,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
}

/** The client of an admin or a consumer. One for each: kafkajs shares committed offsets between consumers of a client. */
export const createReader = (address: ClusterAddress): Kafka =>
  client(address, { requestTimeout: READ_REQUEST_LIMIT_MS, retry: READ_RETRY });

interface Limits {
  readonly requestTimeout: number;
  readonly retry: { readonly retries: number };
}

const client = ({ brokers, clientId, report }: ClusterAddress, limits: Limits): Kafka =>
  new Kafka({
    ...limits,
    clientId,
    brokers: [...brokers],
    connectionTimeout: CONNECT_LIMIT_MS,
    logLevel: logLevel.WARN,
    logCreator: () => (entry: LogEntry) => {
      const level = entry.level === logLevel.ERROR ? 'error' : 'warn';
      report('kafkajs', { level, from: entry.namespace, why: entry.log.message });
    },
  });

/** Writes to all replicas in sync. A response that lacks a partition that was sent is a failure (OW-04). */
export function sendWith(producer: Pick<Producer, 'send'>): Send {
  return async (topic, records) => {
    const messages = records.map(({ record, partition }) => ({
      key: record.key,
      // kafkajs writes corrupt records from a plain Uint8Array (OW-70).
      value: Buffer.from(record.value.buffer, record.value.byteOffset, record.value.byteLength),
      headers: { ...record.headers },
      partition,
    }));
    const answers = await producer.send({ topic, messages, acks: -1, timeout: APPEND_BROKER_LIMIT_MS });
    const bases = new Map<number, bigint>();
    for (const answer of answers) {
      if (answer.topicName === topic && answer.errorCode === 0 && answer.baseOffset !== undefined) {
        bases.set(answer.partition, BigInt(answer.baseOffset));
      }
    }
    return offsetsFrom(topic, records, bases);
  };
}

function offsetsFrom(topic: string, records: readonly Placed[], bases: Map<number, bigint>): readonly bigint[] {
  return records.map(({ partition }) => {
    const next = bases.get(partition);
    if (next === undefined) throw new Error(`the answer lacks partition ${partition} of ${topic}`);
    bases.set(partition, next + 1n);
    return next;
  });
}
