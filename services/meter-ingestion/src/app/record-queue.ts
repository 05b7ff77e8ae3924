import type { Timers } from '@headroom/kernel';
import type { MeterIngestionEvents } from '../events.ts';
import type { RecordedInput, SampleStore } from '../ports.ts';

/** Inputs of one turn at most (PG-20: batches of 1,000). */
export const MAX_INPUTS_PER_TURN = 1_000;
/** Inputs that wait for PostgreSQL at most; then the log is read no further, and control waits too. */
export const MAX_PENDING_INPUTS = 20_000;
/**
 * Rest after a turn: a commit costs PostgreSQL nearly the same for one row as for hundreds (OW-67). Too large: records show late;
 * too small: a commit for every few rows.
 */
export const REST_MS = 50;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/**
 * Carries inputs to PostgreSQL behind the control path, in order, so that a slow or lost database holds up the record
 * and never a fact. Positions advance with the rows: what was not committed is read again.
 */
export interface RecordQueue {
  /** Resolves at once, or when there is room again. */
  offer(inputs: readonly RecordedInput[]): Promise<void>;
  pending(): number;
  /** Undefined: flowing. Else why not. */
  trouble(): string | undefined;
  /** Resolves when everything offered is committed, or when recording is held up. */
  drained(): Promise<void>;
  stop(): void;
}

export interface RecordQueueDeps {
  readonly store: SampleStore;
  readonly timers: Timers;
  readonly events: MeterIngestionEvents;
  /** Puts aside what PostgreSQL refuses for good; resolves once that is durable. */
  readonly park: (input: RecordedInput, reason: string) => Promise<void>;
}

const isRetryable = (cause: unknown): boolean =>
  !(cause instanceof Error && 'retryable' in cause && cause.retryable === false);
const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : 'unknown');

export function createRecordQueue(deps: RecordQueueDeps): RecordQueue {
  let pending: RecordedInput[] = [];
  let working = false;
  let stopped = false;
  let trouble: string | undefined;
  let waiting: (() => void)[] = [];

  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const go of woken) go();
  };
  const untilChange = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const pause = (ms: number): Promise<void> => new Promise((resolve) => void deps.timers.after(ms, resolve));

  /** One by one, so that a row that is refused for good holds up nothing else. */
  const recordSingly = async (inputs: readonly RecordedInput[]): Promise<void> => {
    for (const input of inputs) {
      try {
        await deps.store.record([input]);
      } catch (cause) {
        if (isRetryable(cause)) throw cause;
        await deps.park(input, wordsOf(cause));
        await deps.store.record([{ source: input.source, samples: [], readings: [] }]);
      }
    }
  };

  const record = async (inputs: readonly RecordedInput[]): Promise<void> => {
    try {
      await deps.store.record(inputs);
    } catch (cause) {
      if (isRetryable(cause)) throw cause;
      await recordSingly(inputs);
    }
  };

  const work = async (): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    while (pending.length > 0 && !stopped) {
      const batch = pending.slice(0, MAX_INPUTS_PER_TURN);
      try {
        await record(batch);
        pending = pending.slice(batch.length);
        retryMs = FIRST_RETRY_MS;
        if (trouble !== undefined) deps.events.recordingResumed();
        trouble = undefined;
        wake();
        if (pending.length < MAX_INPUTS_PER_TURN) await pause(REST_MS);
      } catch (cause) {
        if (trouble === undefined) deps.events.recordingHeldUp(wordsOf(cause), pending.length);
        trouble = wordsOf(cause);
        wake();
        await pause(retryMs);
        retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
      }
    }
    working = false;
    wake();
  };

  return {
    offer: async (inputs) => {
      while (pending.length >= MAX_PENDING_INPUTS && !stopped) await untilChange();
      pending = pending.concat(inputs);
      if (working || stopped) return;
      working = true;
      void work();
    },
    pending: () => pending.length,
    trouble: () =>
      trouble === undefined
        ? undefined
        : `samples are not recorded in PostgreSQL, ${pending.length} records wait: ${trouble}`,
    drained: async () => {
      while (pending.length > 0 && trouble === undefined && !stopped) await untilChange();
    },
    stop: () => {
      stopped = true;
      wake();
    },
  };
}
