/** A record to be published after the commit. Same shape as the event log's. */
export interface OutboxRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface InputPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What every turn can do; everything in it commits together or not at all. */
export interface Turn {
  /** Inbox: true the first time this event id is seen by this consumer, false for a repeat (R9). */
  firstSeen(consumer: string, eventId: string): Promise<boolean>;
  /** Outbox: published after the commit, at least once, in order per key. */
  emit(record: OutboxRecord): Promise<void>;
  /**
   * Remembers that this input has been dealt with; the next run begins behind it. False: the position is behind it already,
   * because somebody else has dealt with it. A turn that advances first and does nothing more when it hears false is the
   * only one to deal with an input, however many members believe that the shard is theirs.
   */
  advance(consumer: string, input: InputPosition): Promise<boolean>;
}

export type TurnStoreErrorCode =
  /** The store did not answer; the turn may or may not have committed: the input comes again. */
  | 'STORE_UNAVAILABLE'
  /** Serialisation failures or deadlocks outlasted the bounded retries. */
  | 'STORE_CONTENDED'
  /** A constraint refused the write: a bug, or two owners. */
  | 'STORE_CONFLICT';

/** Recognise by `code`. */
export class TurnStoreError extends Error {
  readonly code: TurnStoreErrorCode;
  readonly retryable: boolean;
  constructor(code: TurnStoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TurnStoreError';
    this.code = code;
    this.retryable = code !== 'STORE_CONFLICT';
  }
}

/**
 * Takes records out of the outbox; resolves once they are durable. `holds`: the records are still this relay's to publish. It
 * is asked right before each write, for a relay that has slept may have lost them to another one (Q3).
 */
export type PublishOutbox = (records: readonly OutboxRecord[], holds: () => boolean) => Promise<void>;

/** One input = one decision = one commit. `T` is the turn of the adapter, with the service's own tables on it. */
export interface TurnStore<T extends Turn> {
  /** Runs `body` in one transaction. `body` may run again after a serialisation failure: no effect outside the turn. */
  turn<R>(body: (turn: T) => Promise<R>): Promise<R>;
  /** The next offset to read, or undefined where the consumer never advanced there. */
  nextOffset(consumer: string, topic: string, partition: number): Promise<bigint | undefined>;
  /**
   * Hands at most `max` outbox records, oldest first, to `publish`; marks them sent once it resolves.
   * Only one relay works at a time, of all instances: records of one key keep their order. Returns how many were published;
   * 0 also while another one works.
   */
  relayOutbox(publish: PublishOutbox, max: number): Promise<number>;
  /** Undefined: reachable. Else why not, in words. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

/** Epochs of shard owners: the authority over who may decide (O1, O2). */
export interface EpochSource {
  /** Takes the next epoch of each shard for this owner, in one ordered statement (ownership.md section 4). */
  acquire(role: string, shards: readonly number[], owner: string): Promise<ReadonlyMap<number, bigint>>;
  /** The epoch that each shard of the role stands at; a shard that nobody ever owned is absent. */
  current(role: string): Promise<ReadonlyMap<number, bigint>>;
}
