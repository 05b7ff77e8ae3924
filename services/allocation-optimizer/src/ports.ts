import type { EpochMs, Result, SiteId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import type { BillingMemory } from './domain/billing-memory.ts';
import type { ControlMemory } from './domain/control-memory.ts';
import type { Decision } from './domain/decision.ts';
import type { ForecastMemory } from './domain/forecast/forecast-memory.ts';
import type { Rises } from './domain/lease-memory.ts';
import type { NoPlanReason, PlanResult } from './domain/planning/make-plan.ts';
import type { Plan, PlanNames } from './domain/planning/plan.ts';
import type { PlanQuestion } from './domain/planning/question.ts';
import type { SiteState } from './domain/site-state.ts';
import type { DecidedFrom } from './domain/what-if/decided-from.ts';

/** How far one topic of the shard had been read. */
export interface InputPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What made us decide. */
export type Trigger = 'site-meter' | 'session' | 'station' | 'dispatch' | 'config' | 'grid' | 'plan' | 'timer';

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
  /** W3C Trace Context; undefined: not traced. */
  readonly traceparent: string | undefined;
}

/** A site as its owner sees it now. */
export interface SiteSnapshot {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly memory: ControlMemory;
  readonly rises: Rises;
  readonly billing?: BillingMemory | undefined;
  readonly forecast?: ForecastMemory | undefined;
  readonly decision: Decision;
  readonly ownerEpoch: bigint;
  /** The last decision of the epoch that stands in the log. */
  readonly decisionSeq: bigint;
  /** Rises with every snapshot of the epoch. */
  readonly snapshotSeq: bigint;
  readonly atMs: EpochMs;
  readonly inputs: readonly InputPosition[];
  /** Of the dispatcher, as far as the inputs go. */
  readonly dispatcherEpoch: bigint;
}

/** A site as an earlier owner left it: `state` and `memory` contain the inputs up to their positions, and the decisions. */
export interface RestoredSite {
  readonly siteId: SiteId;
  readonly ownerEpoch: bigint;
  readonly decisionSeq: bigint;
  readonly snapshotSeq: bigint;
  readonly dispatcherEpoch: bigint;
  /** Last offset contained, by topic. */
  readonly inputs: ReadonlyMap<string, bigint>;
  readonly state: SiteState;
  readonly memory: ControlMemory;
  readonly rises: Rises;
  readonly billing?: BillingMemory | undefined;
  readonly forecast?: ForecastMemory | undefined;
}

/** What stands in the log of the sites of a shard, at the moment it is acquired. */
export interface RestoredShard {
  /** The newest snapshot of each site. */
  readonly sites: readonly RestoredSite[];
  /** The newest document of each site, and where their topic goes on. */
  readonly models: readonly SiteModel[];
  readonly siteConfig: { readonly topic: string; readonly next: bigint };
  /** Snapshots that did not decode: their sites count as without one. */
  readonly unreadable: readonly string[];
}

/** Reads what earlier owners left of a shard. */
export interface ShardMemory {
  read(shard: number): Promise<RestoredShard>;
}

/** Our hold on one shard, from one acquisition until it is lost. */
export interface Grip {
  /** May we act for it right now? Once lost it stays lost for this grip (OW-14, OW-30). */
  owns(): boolean;
  /** Another owner has opened a higher epoch (HO-10). */
  acquireAgain(): void;
}

/** Epochs of shards: the next one of each, in one turn. */
export interface EpochTaker {
  take(shards: readonly number[]): Promise<ReadonlyMap<number, bigint>>;
}

/**
 * Everything that rejects here may or may not have been written: it is done again, under a new number. `fence` is asked
 * right before each attempt to write (OW-30).
 */
export interface DecisionLog {
  /** One record per shard, before any other of this epoch. */
  openEpoch(opening: EpochOpening, fence: () => boolean): Promise<void>;
  append(record: DecisionRecord, fence: () => boolean): Promise<void>;
  /** The compacted copy that the next owner begins from. */
  appendSnapshot(snapshot: SiteSnapshot, fence: () => boolean): Promise<void>;
}

/** A plan on its way into the log. */
export interface PlanRecord {
  readonly siteId: SiteId;
  readonly ownerEpoch: bigint;
  /** Counts up within the epoch. */
  readonly seq: bigint;
  readonly plan: Plan;
}

/** As with decisions: what rejects may or may not have been written, and `fence` is asked right before. */
export interface PlanLog {
  append(record: PlanRecord, fence: () => boolean): Promise<void>;
}

/** Why there is none, beyond what is wrong with a question or its answer. */
export type NotPlanned = NoPlanReason | 'late' | 'crashed' | 'replaced' | 'busy' | 'stopped';

export type PlanOutcome =
  | Extract<PlanResult, { readonly kind: 'planned' }>
  | { readonly kind: 'no-plan'; readonly reason: NotPlanned; readonly why: string };

/** Whoever makes plans. */
export interface Planner {
  /** Never fails, and never hangs. Of a site at most one question waits: a newer one takes its place. */
  plan(question: PlanQuestion, names: PlanNames): Promise<PlanOutcome>;
  readonly stats: PlannerStats;
  stop(): Promise<void>;
}

export interface PlannerStats {
  /** Of the solver after its last answer. */
  readonly memoryBytes: number;
  /** Of its last answer, all levels together. */
  readonly solvedInMs: number;
  /** Threads that were ended because they hung, crashed or had grown. */
  readonly replacedWorkers: number;
  readonly waiting: number;
}

export interface EpochOpening {
  readonly shard: number;
  readonly epoch: bigint;
  readonly owner: string;
  readonly atMs: EpochMs;
}

export interface LiveSites {
  put(snapshot: SiteSnapshot): Promise<void>;
}

export interface Hasher {
  sha256Hex(text: string): string;
}

/** What a decision was made from: all of it, or what differs from the record before. */
export interface InputsRecord {
  readonly siteId: SiteId;
  readonly ownerEpoch: bigint;
  readonly seq: bigint;
  readonly decidedAtMs: EpochMs;
  readonly stateHash: string;
  /** The record that holds everything; its own `seq`: this one does. */
  readonly wholeSeq: bigint;
  /** 0: this one is whole. */
  readonly beforeSeq: bigint;
  readonly site: SiteModel;
  /** The parts that changed. */
  readonly state: SiteState;
  readonly memory: ControlMemory;
  readonly dispatcherEpoch: bigint;
}

/** Keeps what decisions were made from. A rejection may or may not have been written. */
export interface InputsLog {
  append(record: InputsRecord, fence: () => boolean): Promise<void>;
}

/** A past decision: the one that stood at an instant, or by its number. */
export type WhichDecision =
  | { readonly kind: 'at'; readonly atMs: EpochMs }
  | { readonly kind: 'id'; readonly ownerEpoch: bigint; readonly seq: bigint };

/** A decision as it stands in the log, with what it was made from. */
export interface FoundDecision {
  readonly ownerEpoch: bigint;
  readonly seq: bigint;
  readonly from: DecidedFrom;
  /** The record, a `DecisionMade`. */
  readonly recorded: Uint8Array;
  /** Fields of the record that another decision under the same number would have otherwise; none: it is the same byte for byte. */
  readonly differencesOf: (decision: Decision, stateHash: string) => readonly string[];
}

/** What the log does not hold, or no longer. */
export interface NotRetained {
  readonly what: 'decision' | 'inputs' | 'inputs-chain' | 'site-config';
  readonly detail: string;
}

/** Reads the log back. Rejects where it cannot be read. */
export interface PastDecisions {
  find(site: SiteId, which: WhichDecision): Promise<Result<FoundDecision, NotRetained>>;
}

/** Who owns which site, as far as it was heard. */
export interface Owners {
  /** Where its owner serves rpc; undefined: not known now. */
  addressOf(site: SiteId): Promise<string | undefined>;
}
