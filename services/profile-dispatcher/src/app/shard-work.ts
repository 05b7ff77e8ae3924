import type { Tracer } from '@headroom/telemetry';
import type { PlanTime } from '../domain/plan-batch.ts';
import type { DispatchRules } from '../domain/rules.ts';
import type { DispatchEvents } from '../events.ts';
import { type Gateways, type Journal, LOG_FENCED, type Snapshots } from '../ports.ts';
import { actOnLadder, hasActs } from './act-on-ladder.ts';
import { askStations, hasQuestions } from './ask-stations.ts';
import { fenceGateways, needsFence } from './fence-gateways.ts';
import { isRecallDue, recallStations } from './recall-stations.ts';
import { runPass } from './run-pass.ts';
import { type Shard, track } from './shard.ts';
import { needsSnapshot, snapshotSites } from './snapshot-sites.ts';

/**
 * After a pause nothing begins for so long at most, unless `ownsNow` has been seen false, or something was read: the group
 * says that it joins a moment after the last of its members is at rest (HO-2c).
 */
export const REST_MS = 1_000;

/** Of one shard: two who believe that it is theirs outbid each other no faster. */
export const ACQUIRE_EVERY_MS = 1_000;

export interface WorkDeps {
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  readonly gateways: Gateways;
  readonly events: DispatchEvents;
  readonly rules: DispatchRules;
  readonly tracer?: Tracer;
  readonly monoMs: () => number;
  readonly time: () => PlanTime;
  /** False once the tenure is over: whatever it left under way does nothing any more. */
  readonly isCurrent: (shard: Shard) => boolean;
  readonly fatal: (why: string, cause: unknown) => void;
}

/** What leaves the service for a shard: passes with their commands, fences, snapshots. Each only while it is ours. */
export interface ShardWork {
  /** Something was read. */
  follow(shard: Shard): void;
  tick(shard: Shard, isRound: boolean): void;
  /** Resolves once nothing of these is under way. */
  atRest(shards: readonly Shard[]): Promise<void>;
  stop(): void;
}

export function createShardWork(deps: WorkDeps): ShardWork {
  let stopped = false;
  const mayAct = (shard: Shard): boolean =>
    !stopped && deps.isCurrent(shard) && shard.phase === 'acting' && !isResting(shard, deps.monoMs());
  const wake = (shard: Shard): void => {
    if (giveBack(shard)) return;
    shard.passAgain = true;
    if (mayAct(shard) && !shard.passing) track(shard, passes(shard));
  };
  /** HO-10: the group loses the shard for us, and gives it to us again if it is ours. */
  const giveBack = (shard: Shard): boolean => {
    if (shard.phase !== 'lost') return false;
    const isDue = deps.monoMs() >= shard.acquiredMonoMs + ACQUIRE_EVERY_MS;
    if (isDue && !stopped && deps.isCurrent(shard)) shard.hold.acquireAgain();
    return true;
  };
  const passDeps = { ...deps, wake };
  const fenceDeps = { ...deps, nowMs: () => deps.time().nowMs };

  /** One pass after the other, until nothing has changed since the last began. */
  const passes = async (shard: Shard): Promise<void> => {
    shard.passing = true;
    try {
      while (shard.passAgain && mayAct(shard)) {
        shard.passAgain = false;
        if (shard.touched.size > 0) shard.asksDue = true;
        await runPass(passDeps, shard);
      }
    } catch (cause) {
      tellFailedPass(deps, shard, cause);
    } finally {
      shard.passing = false;
      if (shard.asksDue) ask(shard);
      snapshot(shard);
    }
  };
  const fence = async (shard: Shard): Promise<void> => {
    shard.fencing = true;
    try {
      await fenceGateways(fenceDeps, shard);
    } catch (cause) {
      // The log does not take the mark: the next round tries again.
      deps.events.journalUnavailable(shard.shard, cause);
    } finally {
      shard.fencing = false;
      wake(shard);
    }
  };
  /**
   * It walks every station, so not after each batch that is read. Never while a pass is under way: its limits wait for the log,
   * and a gateway refuses what a later question has overtaken.
   */
  const ask = (shard: Shard): void => {
    if (!mayAct(shard) || shard.passing) return;
    shard.asksDue = false;
    if (hasQuestions(fenceDeps, shard)) track(shard, askStations(fenceDeps, shard));
    // Behind the record of the step.
    if (shard.outbox.length === 0 && hasActs(fenceDeps, shard)) track(shard, actOnLadder(fenceDeps, shard));
  };
  const snapshot = (shard: Shard): void => {
    const { snapshotEveryMs } = deps.rules;
    if (needsSnapshot(shard, deps.monoMs(), snapshotEveryMs) && mayAct(shard)) track(shard, snapshotSites(deps, shard));
  };
  const fenceIfNeeded = (shard: Shard, isRound: boolean): void => {
    if (needsFence(shard, isRound) && mayAct(shard)) track(shard, fence(shard));
  };

  return {
    follow: (shard) => {
      fenceIfNeeded(shard, false);
      wake(shard);
    },
    tick: (shard, isRound) => {
      if (giveBack(shard)) return;
      fenceIfNeeded(shard, isRound);
      if (isRecallDue(shard, deps.monoMs()) && mayAct(shard)) track(shard, recallStations(fenceDeps, shard));
      shard.asksDue = true;
      if (shard.touched.size > 0 || shard.passAgain) wake(shard);
      ask(shard);
      snapshot(shard);
    },
    atRest,
    stop: () => {
      stopped = true;
    },
  };
}

async function atRest(shards: readonly Shard[]): Promise<void> {
  // What ends may begin something: a pass that ends sends.
  while (shards.some(({ underWay }) => underWay.size > 0)) {
    await Promise.all(shards.flatMap(({ underWay }) => [...underWay]));
  }
}

/** The log does not take our records: nothing may be sent (HO-2). Limits stand and run out; the next tick tries again. */
function tellFailedPass({ events, fatal }: WorkDeps, { shard }: Shard, cause: unknown): void {
  if (mayPassAgain(cause)) events.journalUnavailable(shard, cause);
  else fatal('a planning pass failed', cause);
}

function isResting(shard: Shard, monoMs: number): boolean {
  if (!shard.hold.ownsNow()) {
    // The group has said it: from here on it tells.
    if (shard.restingUntilMonoMs !== Number.POSITIVE_INFINITY) shard.restingUntilMonoMs = Number.NEGATIVE_INFINITY;
    return true;
  }
  return monoMs < shard.restingUntilMonoMs;
}

/** By its code: what the log may take another time, and what it took for a shard that was not ours just then. */
function mayPassAgain(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null) return false;
  return ('retryable' in cause && cause.retryable === true) || ('code' in cause && cause.code === LOG_FENCED);
}
