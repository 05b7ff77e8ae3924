import { setTimeout as sleep } from 'node:timers/promises';
import type { Timers } from '@headroom/kernel';
import type { Consumer, EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import { partitionKey } from './catch-up.ts';
import { shardAssigner } from './kafka-assigner.ts';
import { type ClusterAddress, type Reader, createReader, CONSUME_RETRY } from './kafka-client.ts';
import { type KafkaTopics, unavailable } from './kafka-topics.ts';
import type { Consumption, ConsumeOptions, StoredRecord } from './port.ts';
import { type FetchControl, createShardReader, type ShardReader } from './shard-reader.ts';
import { type LogReport, wordsOf } from './report.ts';

/** KF-43: owners must be missed quickly, recorders must not be expelled for a slow moment. */
const OWNER_SESSION = { sessionTimeout: 6_000, rebalanceTimeout: 15_000, heartbeatInterval: 1_000 };
const RECORDER_SESSION = { sessionTimeout: 45_000, rebalanceTimeout: 90_000, heartbeatInterval: 3_000 };
/** A resumed partition is fetched again after that at the latest. */
const FETCH_WAIT_MS = 250;
/** A lane overshoots by one fetch (OW-41). */
const PARTITION_FETCH_BYTES = 256 * 1024;
const COMMIT_EVERY_MS = 1_000;
const LEAVE_LIMIT_MS = 1_500;

export interface KafkaConsumerDeps {
  readonly address: ClusterAddress;
  readonly topics: KafkaTopics;
  readonly timers: Timers;
  readonly monoMs: () => number;
  readonly onStopped: () => void;
}

/**
 * One member of a group. The library only fetches: batches go into lanes at once (OW-40), positions come from the start
 * that the caller named, and committed offsets are for people who look at lag.
 */
export async function consumeKafka(deps: KafkaConsumerDeps, options: ConsumeOptions): Promise<Consumption> {
  const { address, topics, timers, monoMs } = deps;
  await topics.require(options.topics);
  const ends = await endsNow(topics, options.topics);
  const ending = new AbortController();
  const reading = createReader(address);
  const consumer = reading.kafka.consumer({
    groupId: options.group,
    ...(options.start.kind === 'earliest' ? OWNER_SESSION : RECORDER_SESSION),
    partitionAssigners: [shardAssigner],
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: PARTITION_FETCH_BYTES,
    retry: { ...CONSUME_RETRY, restartOnFailure: async () => !ending.signal.aborted },
  });
  const fatal = (cause: unknown) => {
    if (ending.signal.aborted) return;
    ending.abort();
    options.onFatal(cause);
  };
  const reader = createShardReader({
    consume: options,
    control: controlOf(consumer),
    ranges: topics.ranges,
    ends,
    timers,
    report: address.report,
    stop: ending.signal,
    onFatal: fatal,
  });
  let answeredMs = monoMs();
  const answered = () => {
    answeredMs = monoMs();
  };
  listen({ consumer, reader, answered, fatal, report: address.report });
  await begin(consumer, reading, options.topics);
  void consumer
    .run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        answered();
        take(payload, reader);
      },
    })
    .catch(fatal);
  const committer = options.start.kind === 'stored' ? commitProgress(consumer, reader, timers) : undefined;
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    ending.abort();
    await reader.idle();
    await committer?.end();
    await leave(consumer, reading, address.report);
    deps.onStopped();
  };
  return { pollAgeMs: () => monoMs() - answeredMs, stop: () => (stopped ??= stop()) };
}

async function endsNow(topics: KafkaTopics, names: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
  const ends = new Map<string, bigint>();
  for (const topic of names) {
    for (const [partition, range] of await topics.ranges(topic)) {
      if (range.end > range.start) ends.set(partitionKey(topic, partition), range.end);
    }
  }
  return ends;
}

async function begin(consumer: Consumer, reading: Reader, topics: readonly string[]): Promise<void> {
  try {
    await consumer.connect();
    // An offset out of range would else jump to the end, in silence (KF-44).
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  } catch (cause) {
    await consumer.disconnect().catch(() => {});
    reading.cut();
    throw unavailable(cause);
  }
}

/** Leaves the group, so that the others need not wait for the end of the session. */
async function leave(consumer: Consumer, reading: Reader, report: LogReport): Promise<void> {
  const leaving = consumer.disconnect().catch((cause: unknown) => report('leave-failed', { why: wordsOf(cause) }));
  await Promise.race([leaving, sleep(LEAVE_LIMIT_MS, undefined, { ref: false })]);
  reading.cut();
  await leaving;
}

interface Listening {
  readonly consumer: Consumer;
  readonly reader: ShardReader;
  readonly answered: () => void;
  readonly fatal: (cause: unknown) => void;
  readonly report: LogReport;
}

function listen({ consumer, reader, answered, fatal, report }: Listening): void {
  const { GROUP_JOIN, HEARTBEAT, CRASH } = consumer.events;
  consumer.on(HEARTBEAT, answered);
  consumer.on(GROUP_JOIN, ({ payload }) => {
    answered();
    // Synchronous: the first fetch comes right after it, and must find everything paused.
    reader.assigned(payload.memberId, payload.memberAssignment);
  });
  consumer.on(CRASH, ({ payload }) => {
    report('consumer-crashed', {
      group: payload.groupId,
      restart: String(payload.restart),
      why: wordsOf(payload.error),
    });
    // The library stays silent for ever after that (KF-45).
    if (!payload.restart) fatal(payload.error);
  });
}

function take({ batch, resolveOffset, isStale }: EachBatchPayload, reader: ShardReader): void {
  if (isStale()) return;
  const records = batch.messages.map((message) => toStored(batch.topic, batch.partition, message));
  const last = batch.lastOffset();
  // Not ours to read now: it is paused or about to be sought, so it does not come again at once (OW-43).
  if (reader.fetched(batch.topic, batch.partition, records, BigInt(last) + 1n)) resolveOffset(last);
}

function toStored(topic: string, partition: number, message: KafkaMessage): StoredRecord {
  const { value } = message;
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: value === null ? new Uint8Array() : new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    headers: textHeaders(message.headers ?? {}),
  };
}

function textHeaders(headers: IHeaders): Readonly<Record<string, string>> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const one = Array.isArray(value) ? value[0] : value;
    if (one !== undefined) text[name] = one.toString();
  }
  return text;
}

/** Between a crash and the restart of the consumer, and after its end, these calls throw (OW-44): a join follows anyway. */
function controlOf(consumer: Consumer): FetchControl {
  const guarded = (act: () => void) => {
    try {
      act();
    } catch {
      // See above.
    }
  };
  return {
    pause: (topic, partition) => guarded(() => consumer.pause([{ topic, partitions: [partition] }])),
    resume: (topic, partition) => guarded(() => consumer.resume([{ topic, partitions: [partition] }])),
    seek: (topic, partition, offset) => guarded(() => consumer.seek({ topic, partition, offset: String(offset) })),
  };
}

/** Commits what is handled, once a second, so that lag can be seen from outside. A commit that fails is not missed. */
function commitProgress(consumer: Consumer, reader: ShardReader, timers: Timers) {
  let committing: Promise<void> | undefined;
  const commit = async () => {
    const offsets = reader.progress().map((each) => ({ ...each, offset: String(each.offset) }));
    if (offsets.length > 0) await consumer.commitOffsets(offsets).catch(() => {});
  };
  const tick = () => {
    committing ??= commit().finally(() => {
      committing = undefined;
    });
  };
  const cancel = timers.every(COMMIT_EVERY_MS, tick);
  return {
    end: async () => {
      cancel();
      await committing;
      await commit();
    },
  };
}
