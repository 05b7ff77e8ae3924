import type { EpochMs, EvseId, SiteId, StationId } from '@headroom/kernel';
import type { EvseModel, MeterReading } from '@headroom/site-model';
import type { EvseControl } from './evse-control.ts';
import type { CommittedChanged } from './facts.ts';
import { newSite, type Decision, type ModelSeen, type SiteState, type StationState } from './site-state.ts';

/**
 * All that an owner knows of a site at an instant between two passes, and what of the log is contained in it. Not in it: the
 * site's document (compacted, always read), what waits for answers (the next owner asks anew), the next seq (each epoch
 * counts for itself).
 */
export interface SiteSnapshot {
  readonly siteId: SiteId;
  /** Of the owner that took it. */
  readonly epoch: number;
  /** Counts up within the epoch. */
  readonly seq: number;
  readonly takenAtMs: EpochMs;
  /** By topic, the last offset of the shard that was read. */
  readonly positions: ReadonlyMap<string, bigint>;
  /** The newest record of `epoch` in our own topic that is contained; undefined: none. It may lie beyond `positions`. */
  readonly ownOffset: bigint | undefined;
  /** The highest epoch of a dispatcher that was opened up to `positions`. */
  readonly openedEpoch: number;
  readonly optimizerEpoch: number;
  readonly decision: Decision | undefined;
  readonly stations: ReadonlyMap<StationId, StationState>;
  readonly controls: ReadonlyMap<EvseId, EvseControl>;
  readonly readings: ReadonlyMap<string, MeterReading>;
  readonly leaseEnds: ReadonlyMap<string, ModelSeen>;
  /** Every EVSE that counts, as the newest document wired it that named it: the next one may name it no more, and be the only one that an heir reads (HO-15). */
  readonly wired: ReadonlyMap<EvseId, EvseModel>;
  /** The newest record of each EVSE in our own topic. */
  readonly told: readonly CommittedChanged[];
}

/** The site as the owner of the snapshot knew it, without its document: whom that does not name has departed. */
export const siteFrom = (snapshot: SiteSnapshot, watchesLeases: boolean): SiteState => ({
  ...newSite(snapshot.siteId, watchesLeases),
  departed: snapshot.wired,
  leaseEnds: new Map(snapshot.leaseEnds),
  decision: snapshot.decision,
  stations: new Map(snapshot.stations),
  controls: new Map(snapshot.controls),
  readings: new Map(snapshot.readings),
});
