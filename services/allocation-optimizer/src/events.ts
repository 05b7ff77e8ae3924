import { isTold } from '@headroom/kernel';
import type { Logger } from '@headroom/service-host';
import { byLabel, type Metrics, SILENT_METRICS } from '@headroom/telemetry';
import type { OverLimits } from './domain/over-limit.ts';
import { createOverLimitTime } from './over-limit-time.ts';
import type { Trigger } from './ports.ts';

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
    /** Where it is traced. */
    readonly traceId: string | undefined;
  }): void;
  /** OW-30: one was due in a shard that is not ours any more, or not for certain: it was not made. */
  decisionWithheld(shard: number, epoch: bigint): void;
  decisionNotWritten(what: {
    readonly siteId: string;
    readonly seq: bigint;
    readonly why: string;
    /** Where it is traced. */
    readonly traceId: string | undefined;
  }): void;
  /** `inputs`: what a decision was made from; it cannot be replayed. */
  snapshotNotWritten(siteId: string, where: 'live' | 'log' | 'inputs', why: string): void;
  /** A site was decided for. It is counted, and not logged. */
  decided(what: Decided): void;
  /** A decision is durable, so long after the oldest fact that it was wanted for was handled. */
  decisionDurable(trigger: Trigger, waitedMs: number): void;
}

export interface PlanEvents {
  /** A plan stands in the log. It is counted, and not logged. */
  planned(what: { readonly siteId: string; readonly solvedInMs: number; readonly gap: number }): void;
  /** There is none: the fast loop goes on without. `isTold`: it has been so for long enough that somebody should know (PR8). */
  notPlanned(what: {
    readonly siteId: string;
    readonly reason: string;
    readonly why: string;
    readonly isTold: boolean;
    readonly inARow: number;
  }): void;
}

export interface Decided {
  readonly siteId: string;
  readonly shard: number;
  readonly trigger: Trigger;
  /** `unchanged`: nobody would act differently, so no record is made of it. */
  readonly outcome: 'written' | 'unchanged';
  /** By what stations may be drawing at most. */
  readonly over: OverLimits;
  readonly monoMs: number;
  readonly tookMs: number;
}

const MS_PER_S = 1_000;

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

export function createEvents(logger: Logger, metrics: Metrics = SILENT_METRICS): AllocationOptimizerEvents {
  const count = countersOn(metrics);
  const withheld = new Map<string, number>();
  return {
    shardTaken: (what) =>
      logger[what.unreadable.length === 0 ? 'info' : 'warn']('allocation.shard-taken', {
        ...what,
        unreadable: what.unreadable.join('; '),
      }),
    shardCaughtUp: (what) => logger[what.leftOut === 0 ? 'info' : 'warn']('allocation.shard-caught-up', what),
    shardsLost: (shards) => {
      for (const { time } of count.overLimits) time.forget(shards);
      logger.info('allocation.shards-lost', { shards: shards.join(' ') });
    },
    recordParked: (what) => logger.warn('allocation.record-parked', what),
    decisionWithheld: (shard, epoch) => {
      count.withheld.add();
      if (withheld.size >= MAX_COUNTED) withheld.clear();
      const times = (withheld.get(`${shard}/${epoch}`) ?? 0) + 1;
      withheld.set(`${shard}/${epoch}`, times);
      // At 1, 2, 4, 8 ...: a group that joins anew concerns every site.
      if (isTold(times)) logger.warn('allocation.decision-withheld', { shard, epoch, times });
    },
    decisionNotWritten: (what) => logger.error('allocation.decision-not-written', what),
    snapshotNotWritten: (siteId, where, why) => {
      count.snapshotFailures(where).add();
      logger.warn('allocation.snapshot-not-written', { siteId, where, why });
    },
    decided: (what) => {
      count.decisions(what.trigger)[what.outcome].add();
      count.seconds.record(what.tookMs / MS_PER_S);
      for (const { kind, time, seconds } of count.overLimits) {
        const overMs = time.seen({ ...what, isOver: what.over[kind] });
        if (overMs > 0) seconds.add(overMs / MS_PER_S);
      }
    },
    decisionDurable: (trigger, waitedMs) => count.waits(trigger).record(waitedMs / MS_PER_S),
  };
}

function countersOn(metrics: Metrics) {
  return {
    overLimits: (['rating', 'power'] as const).map((kind) => {
      const time = createOverLimitTime();
      metrics.observe('headroom_over_limit_sites', { kind }, time.sites);
      return { kind, time, seconds: metrics.counter('headroom_over_limit_seconds_total', { kind }) };
    }),
    withheld: metrics.counter('headroom_decisions_withheld_total', {}),
    seconds: metrics.histogram('headroom_decision_seconds', {}),
    snapshotFailures: byLabel((where) => metrics.counter('headroom_snapshots_failed_total', { where })),
    waits: byLabel((trigger) => metrics.histogram('headroom_fact_to_decision_seconds', { trigger })),
    decisions: byLabel((trigger) => ({
      written: metrics.counter('headroom_decisions_total', { trigger, outcome: 'written' }),
      unchanged: metrics.counter('headroom_decisions_total', { trigger, outcome: 'unchanged' }),
    })),
  };
}

export const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
