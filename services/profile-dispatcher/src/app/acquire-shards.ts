import type { EpochMs } from '@headroom/kernel';
import type { DispatchEvents } from '../events.ts';
import type { Epochs, Hold, Journal, Snapshots } from '../ports.ts';
import { restoreShard } from './restore-shard.ts';
import { newShard, type Shard } from './shard.ts';

export interface AcquireDeps {
  readonly epochs: Epochs;
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  readonly events: DispatchEvents;
  readonly nowMs: () => EpochMs;
  readonly monoMs: () => number;
  readonly watchesLeases: boolean;
}

/**
 * Takes the next epoch of each shard in one turn, marks it in our topic, and restores what the snapshots hold: the first two
 * steps of HO-2. Nothing of the shard has been read yet, so the mark lies before the end that is read.
 * Rejects where the store or the log did not answer: then nothing is acquired, the epochs are void, higher ones follow.
 */
export async function acquireShards(
  deps: AcquireDeps,
  numbers: readonly number[],
  holdOf: (shard: number) => Hold,
): Promise<readonly Shard[]> {
  const taken = await deps.epochs.take(numbers);
  const acquired = numbers.map((shard) => {
    const epoch = taken.get(shard);
    if (epoch === undefined) throw new Error(`no epoch was given for shard ${shard}`);
    const { watchesLeases } = deps;
    return newShard({ shard, epoch, hold: holdOf(shard), acquiredMonoMs: deps.monoMs(), watchesLeases });
  });
  await Promise.all(acquired.map((shard) => open(deps, shard)));
  await Promise.all(acquired.map((shard) => restore(deps, shard)));
  return acquired;
}

async function open({ journal, nowMs }: AcquireDeps, { shard, epoch, hold }: Shard): Promise<void> {
  const mark = { kind: 'dispatcher-epoch-opened' as const, shard, epoch };
  await journal.open(mark, { nowMs: nowMs(), mayWrite: () => hold.ownsNow() });
}

async function restore({ snapshots, events, monoMs }: AcquireDeps, shard: Shard): Promise<void> {
  const found = await snapshots.load(shard.shard);
  restoreShard(shard, found, monoMs());
  if (found.configured.size > 0) events.shardRestored(shard.shard, shard.sites.size, found.configured.size);
}
