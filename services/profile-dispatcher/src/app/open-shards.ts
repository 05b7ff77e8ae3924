import type { EpochMs } from '@headroom/kernel';
import type { DispatchEvents } from '../events.ts';
import type { Epochs, Journal } from '../ports.ts';
import type { Shard } from './shard.ts';

export interface OpenDeps {
  readonly epochs: Epochs;
  readonly journal: Journal;
  readonly events: DispatchEvents;
  readonly nowMs: () => EpochMs;
}

/**
 * Takes the next epoch of each shard and marks it in our topic. The shard acts once that mark has been read back.
 * Rejects where the store or the log did not answer; the epochs taken by then are void, and higher ones follow.
 */
export async function openShards({ epochs, journal, nowMs }: OpenDeps, shards: readonly Shard[]): Promise<void> {
  if (shards.length === 0) return;
  const taken = await epochs.take(shards.map(({ shard }) => shard));
  for (const shard of shards) {
    const epoch = taken.get(shard.shard);
    if (epoch === undefined) continue;
    // Before the mark is written, so that reading it back finds its owner.
    shard.epoch = epoch;
    shard.ownEpochs.add(epoch);
    shard.seq = 0;
    shard.phase = 'opening';
  }
  await Promise.all(
    shards.map(({ shard, epoch }) =>
      epoch === undefined ? undefined : journal.open({ kind: 'dispatcher-epoch-opened', shard, epoch }, nowMs()),
    ),
  );
}
