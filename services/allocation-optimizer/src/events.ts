import type { Logger } from '@headroom/service-host';

/** Telemetry of the allocation-optimizer, one function per business event; never a line per decision (OW-68). */
export interface AllocationOptimizerEvents {
  shardTaken(what: ShardTaken): void;
  /** `leftOut`: records of the past that could not be read. They were parked when they came. */
  shardCaughtUp(what: {
    readonly shard: number;
    readonly epoch: bigint;
    readonly sites: number;
    readonly tookMs: number;
    readonly leftOut: number;
  }): void;
  shardsLost(shards: readonly number[]): void;
  recordParked(what: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: bigint;
    readonly reason: string;
  }): void;
  /** OW-30: one was due in a shard that is not ours any more, or not for certain: it was not made. */
  decisionWithheld(shard: number, epoch: bigint): void;
  decisionNotWritten(siteId: string, seq: bigint, why: string): void;
  snapshotNotWritten(siteId: string, where: 'live' | 'log', why: string): void;
}

export interface ShardTaken {
  readonly shard: number;
  readonly epoch: bigint;
  /** Configured ones. */
  readonly sites: number;
  readonly snapshots: number;
  /** Why snapshots did not decode. */
  readonly unreadable: readonly string[];
}

/** Tenures of which withheld decisions are counted; beyond, the counting starts over. */
const MAX_COUNTED = 1_000;

export function createEvents(logger: Logger): AllocationOptimizerEvents {
  const withheld = new Map<string, number>();
  return {
    shardTaken: (what) =>
      logger[what.unreadable.length === 0 ? 'info' : 'warn']('allocation.shard-taken', {
        ...what,
        unreadable: what.unreadable.join('; '),
      }),
    shardCaughtUp: (what) => logger[what.leftOut === 0 ? 'info' : 'warn']('allocation.shard-caught-up', what),
    shardsLost: (shards) => logger.info('allocation.shards-lost', { shards: shards.join(' ') }),
    recordParked: (what) => logger.warn('allocation.record-parked', what),
    decisionWithheld: (shard, epoch) => {
      if (withheld.size >= MAX_COUNTED) withheld.clear();
      const times = (withheld.get(`${shard}/${epoch}`) ?? 0) + 1;
      withheld.set(`${shard}/${epoch}`, times);
      // At 1, 2, 4, 8 ...: a group that joins anew concerns every site.
      if ((times & (times - 1)) === 0) logger.warn('allocation.decision-withheld', { shard, epoch, times });
    },
    decisionNotWritten: (siteId, seq, why) => logger.error('allocation.decision-not-written', { siteId, seq, why }),
    snapshotNotWritten: (siteId, where, why) => logger.warn('allocation.snapshot-not-written', { siteId, where, why }),
  };
}

export const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
