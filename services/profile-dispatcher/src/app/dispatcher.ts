import type { Cancel, Clock, Timers } from '@headroom/kernel';
import { advanceLeaseTime, type LeaseTime } from '../domain/clock-skew.ts';
import type { PlanTime } from '../domain/plan-batch.ts';
import type { DispatchEvents } from '../events.ts';
import type { Epochs, FactBatch, FactFeed, Gateways, Journal, Readiness } from '../ports.ts';
import type { ProfileDispatcherConfig } from '../config.ts';
import { fenceGateways, needsFence } from './fence-gateways.ts';
import { openShards } from './open-shards.ts';
import { type PassDeps, runPass } from './run-pass.ts';
import { newShard, type Shard, touchAll, touchRestless } from './shard.ts';
import { closeShardReplay, takeFact } from './take-fact.ts';

export interface DispatcherDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly journal: Journal;
  readonly feed: FactFeed;
  readonly gateways: Gateways;
  readonly epochs: Epochs;
  readonly events: DispatchEvents;
  readonly shards: number;
  readonly config: ProfileDispatcherConfig;
  readonly fatal: (why: string, cause: unknown) => void;
}

/** Renewals and ends of leases are not so urgent that every site must be walked at every tick. */
const WHOLE_ROUND_EVERY_MS = 1_000;

/** The inputs of the dispatcher, as `service.ts` routes them, and its life. */
export interface Dispatcher {
  onFacts(batch: FactBatch): void;
  onCaughtUp(): void;
  /** What time alone brings about: renewals, ends of leases, repeats, shards to be opened again. */
  onTime(): void;
  readiness(): Readiness;
  /** Lets running passes end. */
  stop(): Promise<void>;
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const shards: readonly Shard[] = Array.from({ length: deps.shards }, (_, index) => newShard(index));
  const time = timeSource(deps.clock);
  const running = new Set<Promise<void>>();
  let stopped = false;
  let opening = false;
  let wholeRoundDueMs = 0;
  let cancelReopen: Cancel | undefined;

  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  const wake = (shard: Shard): void => {
    if (stopped) return;
    shard.passAgain = true;
    if (!shard.passing) track(passes(passDeps, shard, () => stopped, deps));
  };
  const passDeps: PassDeps = { ...deps, rules: deps.config, time, wake };

  const open = async (): Promise<void> => {
    const missing = shards.filter(
      ({ phase, epoch }) => phase === 'lost' || (phase === 'opening' && epoch === undefined),
    );
    opening = true;
    try {
      await openShards({ ...deps, nowMs: () => deps.clock.nowMs() }, missing);
    } catch (cause) {
      for (const shard of missing) if (shard.phase !== 'acting') shard.phase = 'lost';
      deps.events.epochUnavailable(cause);
    } finally {
      opening = false;
    }
  };
  const fencing = new Set<Shard>();
  const fence = (shard: Shard): void => {
    if (fencing.has(shard) || !needsFence(shard) || stopped) return;
    fencing.add(shard);
    const work = fenceGateways({ ...deps, nowMs: () => deps.clock.nowMs() }, shard)
      // The log does not take the mark: the next tick tries again.
      .catch((cause: unknown) => deps.events.journalUnavailable(shard.shard, cause))
      .finally(() => fencing.delete(shard));
    track(work);
  };
  const openLater = (): void => {
    if (cancelReopen !== undefined || opening || stopped) return;
    cancelReopen = deps.timers.after(deps.config.reopenAfterMs, () => {
      cancelReopen = undefined;
      if (!stopped) track(open());
    });
  };

  return {
    onFacts: ({ shard: number, facts }) => {
      const shard = shards[number];
      if (shard === undefined)
        return deps.fatal('a record of a shard that does not exist', new RangeError(`shard ${number}`));
      const before = shard.phase;
      try {
        for (const fact of facts) takeFact(shard, fact, { nowMs: deps.clock.nowMs(), rules: deps.config });
      } catch (cause) {
        // The state may be half of something: the log would hand us the same batch for ever.
        return deps.fatal('a fact could not be taken in', cause);
      }
      tellPhase(deps.events, shard, before);
      fence(shard);
      if (shard.phase === 'acting') wake(shard);
    },
    onCaughtUp: () => {
      for (const shard of shards) closeShardReplay(shard, { nowMs: deps.clock.nowMs(), rules: deps.config });
      deps.events.caughtUp(shards.length);
      track(open());
    },
    onTime: () => {
      const isWholeRound = deps.clock.monoMs() >= wholeRoundDueMs;
      if (isWholeRound) wholeRoundDueMs = deps.clock.monoMs() + WHOLE_ROUND_EVERY_MS;
      for (const shard of shards) {
        if (isWholeRound) touchAll(shard);
        else touchRestless(shard);
        if (shard.phase === 'acting' && shard.touched.size > 0) wake(shard);
        if (isWholeRound) fence(shard);
        if (shard.phase === 'lost') openLater();
      }
    },
    readiness: () => readinessOf(shards),
    stop: async () => {
      stopped = true;
      cancelReopen?.();
      await Promise.all(running);
    },
  };
}

/** Passes of one shard, one after the other, until nothing has changed since the last began. */
async function passes(passDeps: PassDeps, shard: Shard, isStopped: () => boolean, deps: DispatcherDeps): Promise<void> {
  shard.passing = true;
  try {
    while (shard.passAgain && !isStopped()) {
      shard.passAgain = false;
      await runPass(passDeps, shard);
    }
  } catch (cause) {
    // The log does not take our records: nothing may be sent (HO-2). Limits stand and run out; the next tick tries again.
    if (isRetryable(cause)) deps.events.journalUnavailable(shard.shard, cause);
    else deps.fatal('a planning pass failed', cause);
  } finally {
    shard.passing = false;
  }
}

const isRetryable = (cause: unknown): boolean =>
  typeof cause === 'object' && cause !== null && 'retryable' in cause && cause.retryable === true;

function tellPhase(events: DispatchEvents, shard: Shard, before: Shard['phase']): void {
  if (shard.phase === before) return;
  if (shard.phase === 'acting') events.shardOpened(shard.shard, shard.epoch ?? 0);
  if (shard.phase === 'lost') events.shardLost(shard.shard, shard.epoch ?? 0);
}

function readinessOf(shards: readonly Shard[]): Readiness {
  const waiting = shards.filter(({ phase }) => phase !== 'acting');
  if (waiting.length === 0) return { kind: 'ready' };
  const [first] = waiting;
  return {
    kind: 'not-ready',
    why: `${waiting.length} of ${shards.length} shards do not act yet (shard ${first?.shard}: ${first?.phase})`,
  };
}

function timeSource(clock: Clock): () => PlanTime {
  let lease: LeaseTime | undefined;
  return () => {
    const nowMs = clock.nowMs();
    lease = advanceLeaseTime(lease, nowMs, clock.monoMs());
    return { nowMs, leaseNowMs: lease.nowMs };
  };
}
