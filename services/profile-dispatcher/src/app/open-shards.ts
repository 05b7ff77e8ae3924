import type { EpochMs } from '@headroom/kernel';
import type { DispatchEvents } from '../events.ts';
import type { Epochs, Gateways, Journal } from '../ports.ts';
import { confirmAll } from './fence-gateways.ts';
import { isFenced, type Shard } from './shard.ts';

export interface OpenDeps {
  readonly epochs: Epochs;
  readonly gateways: Gateways;
  readonly journal: Journal;
  readonly events: DispatchEvents;
  readonly nowMs: () => EpochMs;
}

/**
 * Takes the next epoch of each shard, tells the gateways of it, and marks it in our topic: in this order one reading of the
 * topic suffices (HO-2). The shard acts once that mark has been read back.
 * Rejects where the store or the log did not answer; the epochs taken by then are void, and higher ones follow.
 */
export async function openShards(
  { epochs, gateways, journal, nowMs }: OpenDeps,
  shards: readonly Shard[],
): Promise<void> {
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
    shard.fenced.clear();
    shard.raising = 'fencing';
  }
  await Promise.all(shards.map((shard) => fenced(gateways, shard)));
  await Promise.all(
    shards.flatMap(({ shard, epoch }) =>
      epoch === undefined ? [] : [journal.open({ kind: 'dispatcher-epoch-opened', shard, epoch }, nowMs())],
    ),
  );
}

async function fenced(gateways: Gateways, shard: Shard): Promise<void> {
  const { epoch } = shard;
  if (epoch === undefined) return;
  await confirmAll({ gateways }, shard, epoch);
  if (isFenced(shard)) shard.raising = 'reading';
}
