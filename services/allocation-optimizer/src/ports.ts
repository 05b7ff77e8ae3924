import type { EpochMs, SiteId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import type { Decision } from './domain/decision.ts';
import type { SiteState } from './domain/site-state.ts';

/** How far one topic of the shard had been read. */
export interface InputPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What made us decide. */
export type Trigger = 'site-meter' | 'session' | 'station' | 'dispatch' | 'config' | 'timer';

/** A decision on its way into the log. */
export interface DecisionRecord {
  readonly siteId: SiteId;
  readonly ownerEpoch: bigint;
  /** Counts up within the epoch. */
  readonly seq: bigint;
  readonly validUntilMs: EpochMs;
  readonly inputs: readonly InputPosition[];
  /** SHA-256 of the canonical inputs, hex. */
  readonly stateHash: string;
  readonly trigger: Trigger;
  readonly decision: Decision;
}

/** A site as its owner sees it now. */
export interface SiteSnapshot {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly decision: Decision;
  readonly ownerEpoch: bigint;
  readonly decisionSeq: bigint;
  /** Rises with every snapshot of the epoch. */
  readonly snapshotSeq: bigint;
  readonly atMs: EpochMs;
  readonly inputs: readonly InputPosition[];
}

/** Everything that rejects here may or may not have been written: it is done again, under a new number. */
export interface DecisionLog {
  /** One record per shard, before any other of this epoch. */
  openEpoch(opening: {
    readonly shard: number;
    readonly epoch: bigint;
    readonly owner: string;
    readonly atMs: EpochMs;
  }): Promise<void>;
  append(record: DecisionRecord): Promise<void>;
  /** The compacted copy that outlives the live state. */
  appendSnapshot(snapshot: SiteSnapshot): Promise<void>;
}

export interface LiveSites {
  put(snapshot: SiteSnapshot): Promise<void>;
}

export interface Hasher {
  sha256Hex(text: string): string;
}
