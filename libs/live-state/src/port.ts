/** Key families, each with one writing service: site (optimizer), draw (meter-ingestion), route (gateway), station (dispatcher). */
export type LiveFamily = 'site' | 'draw' | 'route' | 'station';

/** Orders writes of one key: a write that is not newer, compared lexicographically, is refused (Y1). */
export interface LiveVersion {
  readonly epoch: bigint;
  readonly offset: bigint;
}

export interface LiveValue {
  readonly version: LiveVersion;
  readonly value: Uint8Array;
}

export interface LiveWrite extends LiveValue {
  readonly family: LiveFamily;
  readonly id: string;
  readonly ttlMs: number;
}

export type WriteOutcome = 'written' | 'stale';

export type LiveStateErrorCode = 'LIVE_UNAVAILABLE' | 'LIVE_VALUE_TOO_LARGE';

/** Recognise by `code`. */
export class LiveStateError extends Error {
  readonly code: LiveStateErrorCode;
  readonly retryable: boolean;
  constructor(code: LiveStateErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LiveStateError';
    this.code = code;
    this.retryable = code === 'LIVE_UNAVAILABLE';
  }
}

/** A value larger than this is refused. */
export const MAX_LIVE_VALUE_BYTES = 1_048_576;

/** A view of what is now: losing it makes us slower and more conservative, never less safe (R15). */
export interface LiveState {
  /** Writes unless a value of the same or a higher version stands there. The value vanishes after `ttlMs`. */
  put(write: LiveWrite): Promise<WriteOutcome>;
  /** Removes the value unless a higher version stands there. */
  remove(family: LiveFamily, id: string, version: LiveVersion): Promise<WriteOutcome>;
  get(family: LiveFamily, id: string): Promise<LiveValue | undefined>;
  /** Values by id; ids without a value are absent. At most 1,000 ids a call. */
  getMany(family: LiveFamily, ids: readonly string[]): Promise<ReadonlyMap<string, LiveValue>>;
  /**
   * Calls `onChange` after each write of that key (with the new value), until the returned function is called.
   * Changes may be lost while the store is away: readers also poll.
   */
  watch(family: LiveFamily, id: string, onChange: (value: LiveValue) => void): Promise<() => Promise<void>>;
  /** Undefined: reachable. Else why not, in words. */
  trouble(): string | undefined;
  close(): Promise<void>;
}
