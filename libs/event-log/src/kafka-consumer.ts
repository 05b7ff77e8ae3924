import { setTimeout as sleep } from 'node:timers/promises';
import type { Timers } from '@headroom/kernel';
import type { Consumer, ConsumerConfig, EachBatchPayload } from 'kafkajs';
import { partitionKey } from './catch-up.ts';
import { createFetchPace } from './fetch-pace.ts';
import { type Heartbeats, watchHeartbeats } from './heartbeats.ts';
import { type JoiningMember, shardAssigner } from './kafka-assigner.ts';
import { type ClusterAddress, type Reader, createReader, CONSUME_RETRY } from './kafka-client.ts';
import { commitProgress } from './kafka-commit.ts';
import { controlOf, take } from './kafka-fetch.ts';
import { type KafkaTopics, unavailable } from './kafka-topics.ts';
import { createOwnerReader } from './owner-reader.ts';
import type { Consumption, ConsumeOptions } from './port.ts';
import { createShardReader, type ReadingOptions, type ShardReader } from './shard-reader.ts';
import { type LogReport, wordsOf } from './report.ts';

/** KF-43: owners must be missed quickly, recorders must not be expelled for a slow moment. */
const OWNER_SESSION = { sessionTimeout: 6_000, rebalanceTimeout: 15_000, heartbeatInterval: 1_000 };
const RECORDER_SESSION = { sessionTimeout: 45_000, rebalanceTimeout: 90_000, heartbeatInterval: 3_000 };
/** A resumed partition is fetched again after that at the latest. */
const FETCH_WAIT_MS = 250;
/** A lane overshoots by one fetch (OW-41). */
const PARTITION_FETCH_BYTES = 256 * 1024;
/** Of a fetch all partitions are taken at once, so that none waits for the rest that the others take. */
const PARTITIONS_AT_ONCE = 512;
const DEFAULT_PACE_MS = 2;
const LEAVE_LIMIT_MS = 1_500;
/** After a join that found no coordinator of the group. */
const RUN_AGAIN_MS = 300;

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
  const { report } = address;
  await topics.require(options.topics);
  const ends = await endsNow(topics, options);
  const ending = new AbortController();
  const dead = new AbortController();
  const reading = createReader(address);
  const consumer = reading.kafka.consumer({
    ...settingsOf(options, {
      claims: () => reader.claims(),
      mayJoin: () => {
        heartbeats?.joining();
        reader.suspend();
        return reader.mayJoin();
      },
    }),
    retry: { ...CONSUME_RETRY, restartOnFailure: async () => !ending.signal.aborted },
  });
  const fatal = (cause: unknown) => {
    if (ending.signal.aborted) return;
    ending.abort();
    dead.abort();
    options.onFatal(cause);
  };
  const common = { consume: options, control: controlOf(consumer), ranges: topics.ranges, timers, report };
  const heartbeats = options.ownership === undefined ? undefined : watchHeartbeats(monoMs);
  const reader = readerFor({ ...common, stop: ending.signal, onFatal: fatal }, { ends, dead: dead.signal, heartbeats });
  const pace = createFetchPace(options.paceMs ?? DEFAULT_PACE_MS, timers, monoMs);
  consumer.on(consumer.events.FETCH, pace.fetched);
  let answeredMs = monoMs();
  const answered = () => {
    answeredMs = monoMs();
  };
  const run = () => {
    if (ending.signal.aborted) return;
    const settings = {
      ...{ autoCommit: false, eachBatchAutoResolve: false },
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
    };
    const eachBatch = async (payload: EachBatchPayload) => {
      answered();
      // Who slept asks first whether it is still a member; the answer leads to a join, an error of ours would not (OW-30).
      if (heartbeats?.isFresh() === false) await payload.heartbeat();
      pace.took(payload.batch.messages.length);
      take(payload, reader);
      await pace.rested();
    };
    consumer.run({ ...settings, eachBatch }).catch(fatal);
  };
  const onDown = (cause: unknown) => (isWithoutCoordinator(cause) ? timers.after(RUN_AGAIN_MS, run) : fatal(cause));
  listen({ consumer, reader, heartbeats, answered, onDown, report });
  await begin(consumer, reading, options.topics);
  run();
  const committer = options.start.kind === 'stored' ? commitProgress(consumer, reader, timers) : undefined;
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    ending.abort();
    await reader.end();
    await committer?.end();
    await leave(consumer, reading, report);
    deps.onStopped();
  };
  return { pollAgeMs: () => monoMs() - answeredMs, stop: () => (stopped ??= stop()) };
}

function settingsOf({ group, start, ownership }: ConsumeOptions, member: JoiningMember): ConsumerConfig {
  const isOwner = ownership !== undefined || start.kind === 'earliest';
  return {
    groupId: group,
    ...(isOwner ? OWNER_SESSION : RECORDER_SESSION),
    partitionAssigners: [shardAssigner(member)],
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: PARTITION_FETCH_BYTES,
  };
}

interface ReaderParts {
  readonly ends: ReadonlyMap<string, bigint>;
  readonly dead: AbortSignal;
  readonly heartbeats: Heartbeats | undefined;
}

function readerFor(reading: ReadingOptions, { ends, dead, heartbeats }: ReaderParts): ShardReader {
  const { ownership } = reading.consume;
  if (ownership === undefined || heartbeats === undefined) return createShardReader({ ...reading, ends });
  // An owner that stops still hears of its losses; only a dead one does not.
  return createOwnerReader({ ...reading, stop: dead, ownership, isFresh: heartbeats.isFresh });
}

/** Where the log ends, for consumers that want to hear when they have come so far. */
async function endsNow(topics: KafkaTopics, options: ConsumeOptions): Promise<ReadonlyMap<string, bigint>> {
  const ends = new Map<string, bigint>();
  if (options.ownership !== undefined) return ends;
  for (const topic of options.topics) {
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

/**
 * No broker could say who coordinates the group: a young cluster makes the topic of the offsets first, one that has lost a
 * broker elects leaders first. The library gives up after a second of it, for good; it is an outage like others.
 */
function isWithoutCoordinator(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return cause.name === 'KafkaJSGroupCoordinatorNotFound' || isWithoutCoordinator(cause.cause);
}

interface Listening {
  readonly consumer: Consumer;
  readonly reader: ShardReader;
  readonly heartbeats: Heartbeats | undefined;
  readonly answered: () => void;
  /** It has ended, and the library does not start it again. */
  readonly onDown: (cause: unknown) => void;
  readonly report: LogReport;
}

function listen({ consumer, reader, heartbeats, answered, onDown, report }: Listening): void {
  const { GROUP_JOIN, HEARTBEAT, CRASH, REBALANCING, REQUEST } = consumer.events;
  consumer.on(HEARTBEAT, () => {
    answered();
    heartbeats?.accepted();
    // A join that found no coordinator is not always tried again: the group, loaded elsewhere, still has us as we were.
    if (heartbeats?.isPastJoin() === true) reader.resume();
  });
  if (heartbeats !== undefined) {
    consumer.on(REQUEST, ({ payload }) => heartbeats.answered(payload.apiName, payload.duration));
  }
  consumer.on(REBALANCING, () => {
    heartbeats?.joining();
    reader.suspend();
  });
  consumer.on(GROUP_JOIN, ({ payload }) => {
    answered();
    heartbeats?.accepted();
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
    if (!payload.restart) onDown(payload.error);
  });
}
