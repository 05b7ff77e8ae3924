import type { Cancel, SiteId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { type ControlMemory, EMPTY_MEMORY } from '../domain/control-memory.ts';
import type { Decision } from '../domain/decision.ts';
import { evolve } from '../domain/evolve.ts';
import type { Fact } from '../domain/facts.ts';
import { EMPTY_SITE_STATE, type SiteState } from '../domain/site-state.ts';
import type { InputPosition, Trigger } from '../ports.ts';

/** Sites of one process at most; a record of a further one is refused. */
export const MAX_SITES = 10_000;

/** Everything one site needs, in its owner's memory. Only `app/` changes it, one site at a time. */
export interface SiteLane {
  readonly siteId: SiteId;
  readonly shard: number;
  model: SiteModel | undefined;
  state: SiteState;
  memory: ControlMemory;
  /** The last decision, whether it was worth a record or not. */
  decision: Decision | undefined;
  decidedAtMonoMs: number;
  /** The last decision that stands in the log. */
  written: { readonly decision: Decision; readonly seq: bigint; readonly atMonoMs: number } | undefined;
  seq: bigint;
  /** A record is on its way; a decision wanted meanwhile is made after it. */
  writing: boolean;
  wanted: Trigger | undefined;
  coalescing: Cancel | undefined;
  /** Something changed since the last snapshot. */
  readonly snapshot: SnapshotPace;
}

export interface SnapshotPace {
  seq: bigint;
  liveDue: boolean;
  logDue: boolean;
  liveBusy: boolean;
  logBusy: boolean;
  liveAtMonoMs: number;
  logAtMonoMs: number;
}

/** The sites of this process, and how far their inputs were read. */
export class SiteLanes {
  readonly #lanes = new Map<SiteId, SiteLane>();
  readonly #positions = new Map<number, Map<string, bigint>>();
  readonly #dispatcherEpochs = new Map<number, bigint>();

  /** The lane of a site, made where there is none; undefined above `MAX_SITES`. */
  open(siteId: SiteId, shard: number): SiteLane | undefined {
    const existing = this.#lanes.get(siteId);
    if (existing !== undefined) return existing;
    if (this.#lanes.size >= MAX_SITES) return undefined;
    const lane = emptyLane(siteId, shard);
    this.#lanes.set(siteId, lane);
    return lane;
  }

  all(): readonly SiteLane[] {
    return [...this.#lanes.values()];
  }

  noteRead({ topic, partition, offset }: InputPosition): void {
    const ofShard = this.#positions.get(partition) ?? new Map<string, bigint>();
    this.#positions.set(partition, ofShard);
    ofShard.set(topic, offset);
  }

  positionsOf(shard: number): readonly InputPosition[] {
    const ofShard = this.#positions.get(shard) ?? new Map<string, bigint>();
    return [...ofShard].map(([topic, offset]) => ({ topic, partition: shard, offset }));
  }

  /** False for a dispatcher that has lost this shard: its conclusions no longer count. */
  dispatcherRules(shard: number, epoch: bigint): boolean {
    return epoch >= (this.#dispatcherEpochs.get(shard) ?? 0n);
  }

  noteDispatcherEpoch(shard: number, epoch: bigint): void {
    if (this.dispatcherRules(shard, epoch)) this.#dispatcherEpochs.set(shard, epoch);
  }
}

/** Applies a fact; true if it changed anything. */
export function apply(lane: SiteLane, fact: Fact): boolean {
  const after = evolve(lane.state, fact);
  if (after === lane.state) return false;
  lane.state = after;
  touch(lane);
  return true;
}

/** A new snapshot is due. */
export function touch(lane: SiteLane): void {
  lane.snapshot.liveDue = true;
  lane.snapshot.logDue = true;
}

const emptyLane = (siteId: SiteId, shard: number): SiteLane => ({
  siteId,
  shard,
  model: undefined,
  state: EMPTY_SITE_STATE,
  memory: EMPTY_MEMORY,
  decision: undefined,
  decidedAtMonoMs: -Infinity,
  written: undefined,
  seq: 0n,
  writing: false,
  wanted: undefined,
  coalescing: undefined,
  snapshot: {
    seq: 0n,
    liveDue: false,
    logDue: false,
    liveBusy: false,
    logBusy: false,
    liveAtMonoMs: -Infinity,
    logAtMonoMs: -Infinity,
  },
});
