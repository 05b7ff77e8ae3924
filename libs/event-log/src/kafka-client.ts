import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import {
  type ISocketFactory,
  Kafka,
  type LogEntry,
  logLevel,
  Partitioners,
  type Producer,
  type RetryOptions,
} from 'kafkajs';
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
const KEEP_ALIVE_MS = 60_000;
const CONNECT_RETRY = { initialRetryTime: 100, maxRetryTime: 300, retries: 5 };
/** A consumer stays in its group through an outage: it finds the brokers again and joins with its old member id (OW-27). */
export const CONSUME_RETRY = { initialRetryTime: 100, maxRetryTime: 300, retries: 1_000 };

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
export interface Reader {
  readonly kafka: Kafka;
  /**
   * Ends its connections now and lets it make no other. For the end of a consumer that waits for an answer of the broker:
   * a join may be answered only after the session of a member that died, 45 s.
   */
  cut(): void;
}

export function createReader(address: ClusterAddress): Reader {
  const sockets = new Set<Socket>();
  let isCut = false;
  const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (isCut) throw new Error('the event log is closing');
    const socket = ssl ? tlsConnect({ ...ssl, host, port }, onConnect) : connect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const kafka = client(address, { requestTimeout: READ_REQUEST_LIMIT_MS, retry: CONNECT_RETRY, socketFactory });
  return {
    kafka,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy(new Error('the event log is closing'));
    },
  };
}

interface Limits {
  readonly requestTimeout: number;
  readonly retry: RetryOptions;
  readonly socketFactory?: ISocketFactory;
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
