import type { Logger } from '@headroom/service-host';

/** Telemetry of the allocation-optimizer, one function per business event; never a line per decision (OW-68). */
export interface AllocationOptimizerEvents {
  /** `leftOut`: records of the past that could not be read. They were parked when they came. */
  caughtUp(what: { readonly sites: number; readonly tookMs: number; readonly leftOut: number }): void;
  epochsOpened(shards: number, highest: bigint): void;
  recordParked(what: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: bigint;
    readonly reason: string;
  }): void;
  decisionNotWritten(siteId: string, seq: bigint, why: string): void;
  snapshotNotWritten(siteId: string, where: 'live' | 'log', why: string): void;
}

export function createEvents(logger: Logger): AllocationOptimizerEvents {
  return {
    caughtUp: (what) => logger[what.leftOut === 0 ? 'info' : 'warn']('allocation.caught-up', what),
    epochsOpened: (shards, highest) => logger.info('allocation.epochs-opened', { shards, highest }),
    recordParked: (what) => logger.warn('allocation.record-parked', what),
    decisionNotWritten: (siteId, seq, why) => logger.error('allocation.decision-not-written', { siteId, seq, why }),
    snapshotNotWritten: (siteId, where, why) => logger.warn('allocation.snapshot-not-written', { siteId, where, why }),
  };
}

export const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
