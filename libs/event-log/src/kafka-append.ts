import { type Batcher, type BatcherOptions, createBatcher, type Placed, type Send } from './batcher.ts';
import type { KafkaTopics } from './kafka-topics.ts';
import { partitionOfKey } from './murmur2.ts';
import { type AppendOptions, EventLogError, type EventRecord, type LogPosition, MAX_RECORD_BYTES } from './port.ts';
import { REAL_TIMERS } from './real-timers.ts';
import { checkedBytes } from './record-check.ts';
import type { LogReport } from './report.ts';

const MAX_BATCH_RECORDS = 1_000;
const RETRY_MS = 50;
const LOOK_EVERY_MS = 1_000;

export interface AppenderOptions {
  readonly send: Send;
  readonly topics: KafkaTopics;
  readonly lingerMs: number;
  readonly giveUpMs: number;
  readonly maxQueueBytes: number;
  readonly monoMs: () => number;
  readonly report: LogReport;
}

/** One bounded queue of unwritten records over a batcher for each topic. */
export interface Appender {
  append(records: readonly EventRecord[], options?: AppendOptions): Promise<readonly LogPosition[]>;
  /** Why nothing is acknowledged, or undefined. */
  trouble(): string | undefined;
  drain(): Promise<void>;
}

export function createAppender(options: AppenderOptions): Appender {
  const { topics, maxQueueBytes } = options;
  const batchers = new Map<string, Batcher>();
  let queuedBytes = 0;
  const batching: Omit<BatcherOptions, 'topic'> = {
    ...options,
    timers: REAL_TIMERS,
    retryMs: RETRY_MS,
    maxBatchRecords: MAX_BATCH_RECORDS,
    maxBatchBytes: MAX_RECORD_BYTES,
    onGone: (bytes) => {
      queuedBytes -= bytes;
    },
  };
  const batcherOf = (topic: string): Batcher => {
    const batcher = batchers.get(topic) ?? createBatcher({ ...batching, topic });
    batchers.set(topic, batcher);
    return batcher;
  };
  const looks = new Map<string, number>();
  /** Nobody appends any more, perhaps because the shard is somebody else's now: without a look the failure would stand for ever. */
  const lookAgain = (topic: string, batcher: Batcher) => {
    if (options.monoMs() - (looks.get(topic) ?? Number.NEGATIVE_INFINITY) < LOOK_EVERY_MS) return;
    looks.set(topic, options.monoMs());
    topics.writable(topic).then(
      (isWritable) => (isWritable ? batcher.absolve() : undefined),
      () => {},
    );
  };
  const topicsKnown = inTurn(
    (names) => names.every(topics.knows),
    (names) => topics.require(names),
  );

  return {
    append: async (records, { fence } = {}) => {
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
      const placed = records.map((record, index) => ({
        record,
        bytes: sizes[index] ?? 0,
        partition: partitionOfKey(record.key, topics.partitionsOf(record.topic)),
      }));
      return addByTopic(placed, (topic, group) => batcherOf(topic).add(group, fence));
    },
    trouble: () => {
      for (const [topic, batcher] of batchers) {
        const failing = batcher.trouble();
        if (failing === undefined) continue;
        lookAgain(topic, batcher);
        const forS = Math.round((options.monoMs() - failing.sinceMs) / 1_000);
        return `Kafka has acknowledged nothing of ${topic} for ${forS} s: ${failing.why}`;
      }
      return undefined;
    },
    drain: async () => {
      await Promise.all([...batchers.values()].map((batcher) => batcher.drain()));
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

/** Records of one topic enter its queue in their order, at once; positions come back in the order of the call. */
async function addByTopic(
  placed: readonly Placed[],
  add: (topic: string, records: readonly Placed[]) => Promise<readonly LogPosition[]>,
): Promise<readonly LogPosition[]> {
  const byTopic = new Map<string, { readonly placed: Placed[]; readonly indexes: number[] }>();
  for (const [index, each] of placed.entries()) {
    const group = byTopic.get(each.record.topic) ?? { placed: [], indexes: [] };
    group.placed.push(each);
    group.indexes.push(index);
    byTopic.set(each.record.topic, group);
  }
  const positions: LogPosition[] = [];
  const groups = [...byTopic].map(async ([topic, group]) => {
    const written = await add(topic, group.placed);
    for (const [at, position] of written.entries()) positions[group.indexes[at] ?? 0] = position;
  });
  await Promise.all(groups);
  return positions;
}
