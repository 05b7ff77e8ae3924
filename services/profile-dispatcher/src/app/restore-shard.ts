import { evseId } from '@headroom/kernel';
import type { Fact } from '../domain/facts.ts';
import { siteFrom, type SiteSnapshot } from '../domain/site-snapshot.ts';
import type { FactBatch, Restorable } from '../ports.ts';
import type { Shard } from './shard.ts';

/**
 * A shard as its snapshots have it. What it has to read begins, topic by topic, behind what all of them contain; where a
 * configured site has no snapshot, at what is retained. A site without a document is let go of: nothing is sent to it, and
 * its snapshot would hold back all others for ever.
 */
export function restoreShard(shard: Shard, { configured, snapshots }: Restorable, monoMs: number): void {
  const found = snapshots.filter(({ siteId }) => configured.has(siteId));
  for (const snapshot of found) {
    const { siteId, positions, epoch, ownOffset } = snapshot;
    shard.sites.set(siteId, siteFrom(snapshot, shard.watchesLeases));
    shard.contained.set(siteId, { positions, epoch, ownOffset });
    shard.snapshotAtMonoMs.set(siteId, monoMs);
    for (const record of snapshot.told) shard.journaled.set(evseId(record.stationId, record.evse), record);
  }
  if (found.length === 0 || found.length < configured.size) return;
  for (const [topic, offset] of lowest(found)) shard.positions.set(topic, offset);
  shard.openedEpoch = Math.min(...found.map(({ openedEpoch }) => openedEpoch));
  shard.optimizerEpoch = Math.min(...found.map(({ optimizerEpoch }) => optimizerEpoch));
}

/** Of the topics of which every snapshot says how far it has read. */
function lowest(snapshots: readonly SiteSnapshot[]): ReadonlyMap<string, bigint> {
  const topics = [...(snapshots[0]?.positions.keys() ?? [])];
  return new Map(
    topics.flatMap((topic) => {
      const offsets = snapshots.flatMap(({ positions }) => positions.get(topic) ?? []);
      if (offsets.length < snapshots.length) return [];
      return [[topic, offsets.reduce((low, next) => (next < low ? next : low))] as const];
    }),
  );
}

/**
 * Whether the restored state has this fact already: it stands at or before what its site had read, or its owner took it in
 * when it made it. To take a conclusion in again would let go of members that came after it.
 */
export function isContained(
  shard: Shard,
  { topic, isOwn }: Pick<FactBatch, 'topic' | 'isOwn'>,
  { offset, fact }: { readonly offset: bigint; readonly fact: Fact },
): boolean {
  if (!('siteId' in fact)) return false;
  const contained = shard.contained.get(fact.siteId);
  if (contained === undefined) return false;
  const { positions, epoch, ownOffset } = contained;
  if (offset <= (positions.get(topic) ?? -1n)) return true;
  return isOwn && 'epoch' in fact && fact.epoch === epoch && ownOffset !== undefined && offset <= ownOffset;
}
