import type { EpochMs, SiteId, StationId } from '@headroom/kernel';
import type { Act } from './domain/acts.ts';
import type { EpochOpened, Fact, JournalFact } from './domain/facts.ts';
import type { ProfilePlan } from './domain/plan-of.ts';
import type { StationView } from './domain/station-view.ts';
import type { SiteSnapshot } from './domain/site-snapshot.ts';

export type { Readiness } from '@headroom/service-host';

/** One tenure of one shard, as the group of dispatchers sees it. */
export interface Hold {
  /** May we act for it right now? Asked right before everything that leaves (OW-30, HO-2c). */
  ownsNow(): boolean;
  /** It is lost: another owner has opened a higher epoch, or a gateway says so (HO-10). A new tenure follows if it is ours. */
  acquireAgain(): void;
}

export interface Writing {
  readonly nowMs: EpochMs;
  /** Asked right before the write; false refuses it with the code LOG_FENCED. */
  readonly mayWrite: () => boolean;
  /** W3C Trace Context for the records of a site; absent: nothing is traced. */
  readonly traceOf?: (siteId: SiteId) => string | undefined;
}

/** Our own topic. What it has taken is durable. Rejects where that is not known (`retryable`: try again). */
export interface Journal {
  /** Resolves once all are durable, in this order, with the offset of the last one; undefined for none. Of one shard. */
  append(facts: readonly JournalFact[], writing: Writing): Promise<bigint | undefined>;
  /** The mark of an owner, one record in the shard. */
  open(epoch: EpochOpened, writing: Writing): Promise<bigint>;
}

/** One read of one topic of a shard, in its order. */
export interface FactBatch {
  readonly shard: number;
  readonly topic: string;
  /** Of our own topic. */
  readonly isOwn: boolean;
  readonly records: readonly {
    readonly offset: bigint;
    readonly facts: readonly Fact[];
    /** W3C Trace Context; absent: not traced. */
    readonly traceparent?: string;
  }[];
  /** All up to here has been read. Undefined for a topic that is always read from its start. */
  readonly upTo: bigint | undefined;
}

/** What is told of the shards that come and go, and of what is read of them. */
export interface ShardOwner {
  onPause(shards: readonly number[]): Promise<void>;
  onLost(shards: readonly number[]): Promise<void>;
  onAcquired(shards: readonly number[], holdOf: (shard: number) => Hold): Promise<void>;
  /** Asked after `onAcquired`: what is not in the restored state yet. Undefined: everything that is retained. */
  startOf(topic: string, shard: number): bigint | undefined;
  onFacts(batch: FactBatch): void;
  /** Everything that stood there when the shard was acquired has been handed over. */
  onCaughtUp(shard: number): void;
  /** Epochs of our shards. */
  claims(): ReadonlyMap<number, bigint>;
}

export interface FactFeed {
  /** Batches of one shard come one at a time. */
  start(owner: ShardOwner, onFatal: (cause: unknown) => void): Promise<{ stop(): Promise<void>; pollAgeMs(): number }>;
  /** Undefined: the log is reachable. */
  trouble(): string | undefined;
}

/** What a new owner finds. */
export interface Restorable {
  /** Sites of the shard that have a document. */
  readonly configured: ReadonlySet<SiteId>;
  /** One a site at most. Those that do not decode are left out. */
  readonly snapshots: readonly SiteSnapshot[];
}

export interface Snapshots {
  /** Resolves once they are durable. One that is too large for the log is left out, and said. */
  write(shard: number, snapshots: readonly SiteSnapshot[], writing: Writing): Promise<void>;
  load(shard: number): Promise<Restorable>;
}

/**
 * Of two views of a station the one that knows of a later connection is newer: an epoch orders owners of one shard only, and whoever moves
 * to another site connects anew there (HO-15). Then that of the later owner, then the one told later.
 */
export interface ViewVersion {
  /** Of its newest connection to this site. 0: none is known. */
  readonly generation: bigint;
  readonly epoch: bigint;
  readonly seq: bigint;
}

/** What is known of stations, where people read it. Rejects where it is not reachable: then they read what was told last, with its age. */
export interface StationBoard {
  /** Resolves to false where a newer view stands there. */
  put(view: StationView, version: ViewVersion, atMs: EpochMs): Promise<boolean>;
  /** Takes our view away, unless a newer one stands there. */
  remove(stationId: StationId, version: ViewVersion): Promise<void>;
}

export interface GatewayCommand {
  readonly commandId: string;
  readonly seq: number;
  readonly stationId: StationId;
  readonly connectionGeneration: number;
  readonly notAfterMs: EpochMs;
  readonly profile: ProfilePlan;
}

/** It limits nothing, so no intent of it is written. */
export interface GatewayQuestion {
  readonly act: Act;
  readonly commandId: string;
  readonly seq: number;
  readonly stationId: StationId;
  readonly connectionGeneration: number;
}

export interface QuestionBatch {
  readonly gatewayAddress: string;
  readonly shard: number;
  readonly epoch: number;
  readonly questions: readonly GatewayQuestion[];
  readonly notAfterMs: EpochMs;
}

export interface GivenUpConnection {
  readonly stationId: StationId;
  readonly generation: number;
}

export interface GatewayBatch {
  readonly gatewayAddress: string;
  readonly shard: number;
  readonly epoch: number;
  readonly commands: readonly GatewayCommand[];
  /** Connections that were given up while it was silent: it closes those that it still has (ADR 22). At most 1,000. */
  readonly givenUp?: readonly GivenUpConnection[];
  /** W3C Trace Context of the call; absent: not traced. */
  readonly traceparent?: string;
}

export type Verdict =
  | { readonly kind: 'written' }
  /** Proof that this attempt never reached the socket. */
  | { readonly kind: 'never-written'; readonly why: string; readonly isFenced: boolean }
  /** The gateway did not say: it may have been written. `isSilent`: the whole call had no answer. */
  | { readonly kind: 'unknown'; readonly why: string; readonly isSilent: boolean };

export interface Gateways {
  /** One verdict for each command, in order. Never rejects: a call that failed is ignorance about all its commands. */
  send(batch: GatewayBatch): Promise<readonly Verdict[]>;
  /** For each question, in order, whether it was surely written. Never rejects. */
  ask(batch: QuestionBatch): Promise<readonly boolean[]>;
  /** True once that gateway surely knows the epoch: whatever it is handed of a lower one, it refuses (HO-2). */
  fence(gateway: Omit<GatewayBatch, 'commands'>): Promise<boolean>;
}

export interface Epochs {
  /** The next epoch of each shard for this incarnation. */
  take(shards: readonly number[]): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

/** Codes of errors that are known here. */
export const LOG_FENCED = 'LOG_FENCED';

/** Commands of one SendBatch at most (gateway_service.proto). */
export const MAX_COMMANDS_OF_BATCH = 1_000;
