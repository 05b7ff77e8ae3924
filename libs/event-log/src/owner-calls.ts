import type { Timers } from '@headroom/kernel';
import { backOffMs, isInvariant, pause } from './deliver.ts';
import type { Holding, ShardReading } from './holdings.ts';
import type { Acquisition, OwnershipOptions } from './ownership.ts';
import { type LogReport, wordsOf } from './report.ts';
import { within } from './within.ts';

/** The port promises it, for the running batches and for `onLost`. */
export const LOSS_LIMIT_MS = 3_000;

export interface OwnerCallsOptions<Reading extends ShardReading> {
  readonly ownership: OwnershipOptions;
  /** Resolves when the handlers of earlier tenures of the shard have ended. */
  readonly drained: (shard: number) => Promise<void> | undefined;
  /** Resolves when no join is under way. */
  readonly resumed: () => Promise<void> | undefined;
  /** The owner has made them its own. */
  readonly begin: (acquired: readonly Holding<Reading>[]) => void;
  readonly timers: Timers;
  readonly report: LogReport;
  readonly stop: AbortSignal;
  readonly onFatal: (cause: unknown) => void;
}

interface Change<Reading extends ShardReading> {
  readonly lost: readonly Holding<Reading>[];
  readonly gained: readonly Holding<Reading>[];
  readonly acquisition: Acquisition;
}

/** Tells the owner what it lost and gained, one call at a time, in the order of the joins. */
export interface OwnerCalls<Reading extends ShardReading> {
  add(change: Change<Reading>): void;
  /** The running call has ended, not those behind it. Undefined when none runs. */
  running(): Promise<void> | undefined;
  /** All calls have ended. */
  done(): Promise<void>;
}

export function createOwnerCalls<Reading extends ShardReading>(
  options: OwnerCallsOptions<Reading>,
): OwnerCalls<Reading> {
  const { ownership, timers, report, stop } = options;
  let running: Promise<void> | undefined;
  let turns: Promise<void> = Promise.resolve();

  /** False: it failed, and that has been said. */
  const call = async (event: string, work: () => Promise<void>): Promise<boolean> => {
    const working = Promise.resolve().then(work);
    const quiet = working.catch(() => {});
    running = quiet;
    try {
      await working;
      return true;
    } catch (cause) {
      if (isInvariant(cause)) options.onFatal(cause);
      else report(event, { why: wordsOf(cause) });
      return false;
    } finally {
      if (running === quiet) running = undefined;
    }
  };
  const settle = async (lost: readonly Holding<Reading>[]) => {
    const shards = lost.filter((holding) => holding.told).map(({ shard }) => shard);
    if (shards.length === 0 || stop.aborted) return;
    const batches = Promise.all(shards.map((shard) => options.drained(shard) ?? Promise.resolve()));
    if ((await within(batches, LOSS_LIMIT_MS, timers)) === 'late') report('loss-late', { of: 'batch' });
    const told = call('loss-failed', () => ownership.onLost(shards));
    if ((await within(told, LOSS_LIMIT_MS, timers)) === 'late') report('loss-late', { of: 'owner' });
  };
  const acquire = async ({ gained, acquisition }: Change<Reading>) => {
    for (let failures = 0; ; failures += 1) {
      // Who takes an epoch while the group joins could take it after the next owner.
      for (let join = options.resumed(); join !== undefined; join = options.resumed()) await join;
      const ours = gained.filter((holding) => !holding.over.aborted);
      if (ours.length === 0) return;
      for (const holding of ours) holding.told = true;
      const shards = ours.map(({ shard }) => shard);
      if (await call('acquire-failed', () => ownership.onAcquired(shards, acquisition))) return options.begin(ours);
      await pause(backOffMs(failures), timers, stop);
    }
  };

  return {
    add: (change) => {
      turns = turns
        .then(() => settle(change.lost))
        .then(() => acquire(change))
        .catch(options.onFatal);
    },
    running: () => running,
    done: () => turns,
  };
}
