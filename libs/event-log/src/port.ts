import type { OwnershipOptions } from './ownership.ts';
import type { TopicSpec } from './topic-spec.ts';

/** A record on its way into the log. `value` is opaque here. */
export interface EventRecord {
  readonly topic: string;
  /** Decides the partition; records of one key keep their order. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record as it stands in the log. */
export interface StoredRecord extends EventRecord {
  readonly partition: number;
  readonly offset: bigint;
}

export interface LogPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Records of one topic and partition, in offset order, at least one. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StoredRecord[];
}

/**
 * Where a consumer begins.
 * `earliest`: at the start of what is retained, every time (an owner that rebuilds its state by replay). A shard that
 * comes back within one consumption goes on after the last record that its handler has seen; with `ownership` it begins at
 * the start again.
 * `stored`: at the offset that the consumer keeps beside its own effects; `undefined` means from the start (Q2).
 * With `ownership` it is asked at each acquisition, after `onAcquired`.
 */
export type StartFrom =
  | { readonly kind: 'earliest' }
  | {
      readonly kind: 'stored';
      readonly nextOffset: (topic: string, partition: number) => Promise<bigint | undefined>;
    };

export interface ConsumeOptions {
  /** Role of the consumer; members of one group share the shards. */
  readonly group: string;
  readonly topics: readonly string[];
  readonly start: StartFrom;
  /** Records of a batch at most. Default 500. */
  readonly maxBatchRecords?: number;
  /**
   * After records came from a real log it is asked again no sooner than this, real milliseconds, default 2. Too small: a fetch for
   * every few records, which costs the broker as much as one for a hundred; too large: what follows close behind comes late.
   * Where many records come it rests longer (`LONGEST_REST_MS`).
   */
  readonly paceMs?: number;
  /**
   * Resolves once the effects are done. Batches of one shard (partition number, over all topics) come one at a time;
   * different shards come side by side. A rejection is retried with the same batch after a back-off that grows to 5 s,
   * for ever: a handler parks what it can never process (`park`). Only an `INVARIANT_VIOLATED` ends the consumer.
   */
  readonly onBatch: (batch: RecordBatch) => Promise<void>;
  /**
   * Called once, when everything that stood in the log at the time of `consume` has been handled; at once for an empty
   * log. Like `onBatch` it may come before `consume` resolves. Never called for an owner: see `onShardCaughtUp`.
   */
  readonly onCaughtUp?: () => void;
  /** Given: the member owns its shards, and is told which ones come and go. All members of the group or none. */
  readonly ownership?: OwnershipOptions;
  /** The consumer died for good (a bug in a handler, a fatal answer): the process must end (KF-45). */
  readonly onFatal: (cause: unknown) => void;
}

export interface Consumption {
  /** Age in ms of the last successful poll of the log: the measure of liveness (KF-46). */
  pollAgeMs(): number;
  /** Stops delivery, lets the running batch end, leaves the group. */
  stop(): Promise<void>;
}

export type EventLogErrorCode =
  /** Not acknowledged within the time allowed; it may or may not have been written. */
  | 'LOG_UNAVAILABLE'
  /** A record over `MAX_RECORD_BYTES`, or an append after close. Never written. */
  | 'LOG_RECORD_REFUSED'
  /** The fence of the append closed first. Not written, unless an attempt before it was and its answer was lost. */
  | 'LOG_FENCED'
  /** The queue of unwritten records is full (KF-34): stop reading what produces them. */
  | 'LOG_QUEUE_FULL'
  /** The topic does not exist: topics are made by migration only. */
  | 'LOG_UNKNOWN_TOPIC'
  /** A topic stands with another partition count than asked: that count is fixed for ever. */
  | 'LOG_TOPIC_MISMATCH'
  /** The consumer's own offset lies beyond the end of the log: it belongs to another log. */
  | 'LOG_OFFSET_BEYOND_END';

/** Recognise by `code`. */
export class EventLogError extends Error {
  readonly code: EventLogErrorCode;
  readonly retryable: boolean;
  constructor(code: EventLogErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EventLogError';
    this.code = code;
    this.retryable = code === 'LOG_UNAVAILABLE' || code === 'LOG_QUEUE_FULL';
  }
}

export interface AppendOptions {
  /**
   * Asked right before each attempt to write: false refuses the append with LOG_FENCED. An owner gives
   * `() => acquisition.ownsNow(shard)`, since a process may sleep between its own question and the write (OW-30).
   */
  readonly fence?: () => boolean;
}

/** One partition, read once. */
export interface ReadRange {
  readonly topic: string;
  readonly partition: number;
  /** First offset that is wanted. Default, and where it is not retained any more: the oldest that is. */
  readonly from?: bigint;
  /** Some records in their order, at least one. What it throws ends the reading. */
  readonly onRecords: (records: readonly StoredRecord[]) => void;
}

/** A record larger than this is refused (broker: message.max.bytes 1 MiB). */
export const MAX_RECORD_BYTES = 900_000;

/** An ordered, partitioned, durable log. At-least-once; effects must be idempotent. */
export interface EventLog {
  /** Creates what is missing; refuses a topic that exists with another partition count. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>;
  /**
   * Resolves with the position of each record, in order, once all are durable (acks=all).
   * Records of one key keep the order of the calls. Rejects with `EventLogError` after bounded retries.
   */
  append(records: readonly EventRecord[], options?: AppendOptions): Promise<readonly LogPosition[]>;
  /** The partition a key goes to: murmur2 of the UTF-8 key, as the Java client does. */
  partitionOf(topic: string, key: string): number;
  consume(options: ConsumeOptions): Promise<Consumption>;
  /**
   * Reads one partition outside any group, up to its end at the time of the call (OW-16): snapshots, the output of an earlier
   * owner. Resolves with that end, the offset behind the last record, once all before it has been handed over. Rejects with
   * LOG_UNKNOWN_TOPIC, with LOG_OFFSET_BEYOND_END for a `from` behind the end, and with LOG_UNAVAILABLE after bounded
   * retries: what was handed over until then is not all, and comes again at the next call.
   */
  readToEnd(range: ReadRange): Promise<bigint>;
  /** Undefined: reachable. Else why not, in words. */
  trouble(): string | undefined;
  close(): Promise<void>;
}
