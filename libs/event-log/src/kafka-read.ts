import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, KafkaMessage } from 'kafkajs';
import { type ClusterAddress, createReader } from './kafka-client.ts';
import { toStored } from './kafka-fetch.ts';
import { type KafkaTopics, unavailable } from './kafka-topics.ts';
import { EventLogError, type ReadRange } from './port.ts';
import { offsetBeyondEnd, unknownTopic } from './record-check.ts';
import { createTurns } from './turns.ts';

/**
 * Of one answer. More than the largest batch (1 MiB, message.max.bytes), so that an answer never ends within its first batch:
 * the client shows that as an answer without records, and we take such a one for the end.
 */
const FETCH_BYTES = 2 * 1024 * 1024;
/** Readings at a time; what they hold is bounded with them. */
const MOST_READINGS = 8;
/** Without any progress in between. A new leader stands within seconds (OW-06). */
const ATTEMPTS = 40;
const PAUSE_MS = 250;

/** What the client answers to a fetch of one partition, as far as we look. */
interface Fetched {
  readonly highWatermark: string;
  readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
}

/** Reads ranges without any group, by the connections that the client shows to its assigners (OW-16). */
export interface RangeReader {
  readToEnd(range: ReadRange): Promise<bigint>;
  close(): Promise<void>;
}

/** Connects at the first reading. */
export function createRangeReader(address: ClusterAddress, topics: KafkaTopics): RangeReader {
  const reader = createReader(address);
  let cluster: Cluster | undefined;
  const consumer = reader.kafka.consumer({
    // It never runs: no group of this name comes to be.
    groupId: `${address.clientId}-ranges`,
    partitionAssigners: [
      (given) => {
        cluster = given.cluster;
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: NOTHING }),
        };
      },
    ],
  });
  const turns = createTurns(MOST_READINGS);
  let isClosed = false;

  const connected = async (topic: string): Promise<Cluster> => {
    if (cluster === undefined) throw new Error('the client has shown no cluster');
    // Both are harmless again.
    await consumer.connect();
    await cluster.addTargetTopic(topic);
    return cluster;
  };
  /** Repeats until it succeeds; asks anew who leads. */
  const steadily = async <T>(topic: string, work: (given: Cluster) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(await connected(topic));
      } catch (cause) {
        if (cause instanceof EventLogError || attempt === ATTEMPTS || isClosed) throw unavailableUnlessOurs(cause);
        await sleep(PAUSE_MS);
        await cluster?.refreshMetadata().catch(() => {});
      }
    }
  };
  const readToEnd = async (range: ReadRange): Promise<bigint> => {
    const { topic, partition, onRecords } = range;
    const { start, end } = await steadily(topic, (given) => boundsOf(given, topic, partition));
    let next = range.from === undefined || range.from < start ? start : range.from;
    if (next > end) throw offsetBeyondEnd(topic, partition, next, end);
    while (next < end) {
      const from = next;
      const { messages, highWatermark } = await steadily(topic, (given) =>
        fetchFrom(given, { topic, partition, from }, end),
      );
      const records = messages.filter((each) => !each.isControlRecord && isWithin(BigInt(each.offset), from, end));
      if (records.length > 0) onRecords(records.map((each) => toStored(topic, partition, each)));
      // Nothing at all: all up to here is gone by compaction. Only what lies before: the rest of that batch is.
      next = messages.length === 0 ? BigInt(highWatermark) : larger(from, BigInt(messages.at(-1)?.offset ?? 0)) + 1n;
    }
    return end;
  };

  return {
    readToEnd: async (range) => {
      await topics.require([range.topic]);
      if (range.partition >= topics.partitionsOf(range.topic))
        throw unknownTopic(`${range.topic} [${range.partition}]`);
      return turns(() => readToEnd(range));
    },
    close: async () => {
      isClosed = true;
      await consumer.disconnect().catch(() => {});
      reader.cut();
    },
  };
}

const NOTHING = Buffer.alloc(0);

const isWithin = (offset: bigint, from: bigint, end: bigint): boolean => offset >= from && offset < end;
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const unavailableUnlessOurs = (cause: unknown): EventLogError =>
  cause instanceof EventLogError ? cause : unavailable(cause);

async function boundsOf(cluster: Cluster, topic: string, partition: number) {
  const offsetAt = async (fromBeginning: boolean): Promise<bigint> => {
    const [found] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning }]);
    const offset = found?.partitions[0]?.offset;
    if (offset === undefined) throw new Error(`${topic} [${partition}] has no leader`);
    return BigInt(offset);
  };
  const start = await offsetAt(true);
  return { start, end: await offsetAt(false) };
}

interface Spot {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
}

async function fetchFrom(cluster: Cluster, { topic, partition, from }: Spot, end: bigint): Promise<Fetched> {
  const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (leader === undefined) throw new Error(`${topic} [${partition}] has no leader`);
  const broker = await cluster.findBroker({ nodeId: leader });
  const partitions = [{ partition, fetchOffset: String(from), maxBytes: FETCH_BYTES }];
  const answer = await broker.fetch({
    // There is something, or will never be: the broker need not wait.
    ...{ maxWaitTime: 0, minBytes: 0, maxBytes: FETCH_BYTES },
    topics: [{ topic, partitions }],
  });
  const fetched: Fetched | undefined = answer.responses[0]?.partitions[0];
  if (fetched === undefined) throw new Error(`the answer lacks ${topic} [${partition}]`);
  // A leader that is new may not know yet how far it may show its records.
  if (BigInt(fetched.highWatermark) < end) throw new Error(`${topic} [${partition}] is not shown up to ${end} yet`);
  return fetched;
}
