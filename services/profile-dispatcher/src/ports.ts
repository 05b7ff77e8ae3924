import type { EpochMs, StationId } from '@headroom/kernel';
import type { EpochOpened, Fact, JournalFact } from './domain/facts.ts';
import type { ProfilePlan } from './domain/profile-plan.ts';

export type { Readiness } from '@headroom/service-host';

/** Our own topic. What it has taken is durable. */
export interface Journal {
  /** Resolves once all are durable, in this order. Rejects where that is not known (`retryable`: try again). */
  append(facts: readonly JournalFact[], nowMs: EpochMs): Promise<void>;
  /** The mark of a new owner, one record in the shard. */
  open(epoch: EpochOpened, nowMs: EpochMs): Promise<void>;
}

/** One read of one shard, in the order of its topic. */
export interface FactBatch {
  readonly shard: number;
  readonly facts: readonly Fact[];
}

export interface FactFeed {
  /** Batches of one shard come one at a time, everything that is retained first; `onCaughtUp` comes after that. */
  start(handlers: {
    readonly onFacts: (batch: FactBatch) => void;
    readonly onCaughtUp: () => void;
    readonly onFatal: (cause: unknown) => void;
  }): Promise<{ stop(): Promise<void>; pollAgeMs(): number }>;
  /** Undefined: the log is reachable. */
  trouble(): string | undefined;
}

export interface GatewayCommand {
  readonly commandId: string;
  readonly seq: number;
  readonly stationId: StationId;
  readonly connectionGeneration: number;
  readonly notAfterMs: EpochMs;
  readonly profile: ProfilePlan;
}

export interface GatewayBatch {
  readonly gatewayAddress: string;
  readonly shard: number;
  readonly epoch: number;
  readonly commands: readonly GatewayCommand[];
}

export type Verdict =
  | { readonly kind: 'written' }
  /** Proof that this attempt never reached the socket. */
  | { readonly kind: 'never-written'; readonly why: string; readonly isFenced: boolean }
  /** The gateway did not say: it may have been written. */
  | { readonly kind: 'unknown'; readonly why: string };

export interface Gateways {
  /** One verdict for each command, in order. Never rejects: a call that failed is ignorance about all its commands. */
  send(batch: GatewayBatch): Promise<readonly Verdict[]>;
  /** True once that gateway surely knows the epoch: whatever it is handed of a lower one, it refuses (HO-2). */
  fence(gateway: Omit<GatewayBatch, 'commands'>): Promise<boolean>;
}

export interface Epochs {
  /** The next epoch of each shard for this incarnation. */
  take(shards: readonly number[]): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

/** Commands of one SendBatch at most (gateway_service.proto). */
export const MAX_COMMANDS_OF_BATCH = 1_000;
