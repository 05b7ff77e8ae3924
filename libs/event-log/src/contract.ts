import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumption, ConsumeOptions, EventLog, EventRecord, RecordBatch, StoredRecord } from './port.ts';
import type { TopicSpec } from './topic-spec.ts';

const QUIET_MS = 150;

/** A log to check. Names begin with `prefix`, so that checks on one cluster do not meet. */
export interface LogUnderTest {
  readonly prefix: string;
  readonly log: EventLog;
  /** What `LOG_QUEUE_FULL` guards in this log. */
  readonly maxQueueBytes: number;
  /** What must happen happens within that time. */
  readonly waitMs: number;
  /** Within that time a join that nobody holds up has happened. Default 150 ms. */
  readonly joinMs?: number;
}

/** One promise of the port. Rejects when the log breaks it. */
export interface ContractCheck {
  readonly title: string;
  readonly run: (subject: LogUnderTest) => Promise<void>;
}

export const PARTITIONS = 3;

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (value: Uint8Array): string => new TextDecoder().decode(value);

export const recordOf = (topic: string, key: string, text: string): EventRecord => ({
  topic,
  key,
  value: bytesOf(text),
  headers: { 'event-id': `${key}-${text}` },
});

/** Makes a topic of the check's own. */
export async function topicFor(
  subject: LogUnderTest,
  name: string,
  cleanup: TopicSpec['cleanup'] = 'delete',
): Promise<string> {
  const topic = `${subject.prefix}${name}`;
  await subject.log.ensureTopics([{ name: topic, partitions: PARTITIONS, cleanup, replicationFactor: 1 }]);
  return topic;
}

/** Waits for something that must come. */
export async function eventually(
  { waitMs }: Pick<LogUnderTest, 'waitMs'>,
  what: string,
  isSo: () => boolean,
): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `did not happen: ${what}`);
    await sleep(5);
  }
}

/** Time for something wrong to show itself. */
export const quietly = (forMs = QUIET_MS): Promise<void> => sleep(forMs);

/** A consumer that keeps what it is given. */
export interface Collector {
  readonly records: StoredRecord[];
  readonly batches: RecordBatch[];
  readonly caughtUp: number;
  readonly fatal: unknown[];
  readonly consumption: Consumption;
  texts(): readonly string[];
}

export type CollectOptions = Partial<ConsumeOptions> & Pick<ConsumeOptions, 'group' | 'topics'>;

export async function collect(log: EventLog, options: CollectOptions): Promise<Collector> {
  const records: StoredRecord[] = [];
  const batches: RecordBatch[] = [];
  const fatal: unknown[] = [];
  const state = { caughtUp: 0 };
  const consumption = await log.consume({
    start: { kind: 'earliest' },
    onCaughtUp: () => {
      state.caughtUp += 1;
    },
    onFatal: (cause) => fatal.push(cause),
    ...options,
    onBatch: async (batch) => {
      await options.onBatch?.(batch);
      batches.push(batch);
      records.push(...batch.records);
    },
  });
  return {
    records,
    batches,
    fatal,
    consumption,
    texts: () => records.map((record) => textOf(record.value)),
    get caughtUp() {
      return state.caughtUp;
    },
  };
}

export async function rejectsWith(code: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.equal(error instanceof Error && 'code' in error ? error.code : String(error), code);
    return true;
  });
}
