import type { Clock } from '@headroom/kernel';
import { type AllocationOptimizerEvents, wordsOf } from '../events.ts';
import type { DecisionLog, LiveSites, SiteSnapshot } from '../ports.ts';
import type { SiteLane } from './site-lane.ts';

/** Unchanged live state is written again this often: it vanishes by itself otherwise. */
export const LIVE_REFRESH_MS = 5_000;
/** The compacted copy: this often at most ... */
export const LOG_EVERY_MS = 5_000;
/** ... and this often at least. */
export const LOG_REFRESH_MS = 10_000;

export interface PublishDeps {
  readonly clock: Clock;
  readonly log: DecisionLog;
  readonly live: LiveSites;
  readonly events: AllocationOptimizerEvents;
}

/** Writes what is due of one site. Called at the pace of the live state; a write still on its way is not overtaken. */
export function publishSnapshot(deps: PublishDeps, lane: SiteLane): void {
  const monoMs = deps.clock.monoMs();
  const pace = lane.snapshot;
  if (!pace.liveBusy && (pace.liveDue || monoMs - pace.liveAtMonoMs >= LIVE_REFRESH_MS)) {
    const snapshot = take(deps, lane);
    if (snapshot === undefined) return;
    pace.liveBusy = true;
    pace.liveDue = false;
    pace.liveAtMonoMs = monoMs;
    deps.live
      .put(snapshot)
      .catch((cause: unknown) => {
        pace.liveDue = true;
        deps.events.snapshotNotWritten(lane.siteId, 'live', wordsOf(cause));
      })
      .finally(() => {
        pace.liveBusy = false;
      });
  }
  const sinceLogMs = monoMs - pace.logAtMonoMs;
  if (!pace.logBusy && ((pace.logDue && sinceLogMs >= LOG_EVERY_MS) || sinceLogMs >= LOG_REFRESH_MS)) {
    const snapshot = take(deps, lane);
    if (snapshot === undefined) return;
    pace.logBusy = true;
    pace.logDue = false;
    pace.logAtMonoMs = monoMs;
    const writing = deps.log.appendSnapshot(snapshot, lane.tenure.fence);
    lane.tenure.track(writing);
    writing
      .catch((cause: unknown) => deps.events.snapshotNotWritten(lane.siteId, 'log', wordsOf(cause)))
      .finally(() => {
        pace.logBusy = false;
      });
  }
}

function take(deps: PublishDeps, lane: SiteLane): SiteSnapshot | undefined {
  const ownerEpoch = lane.tenure.decidingEpoch();
  if (lane.model === undefined || lane.decision === undefined || ownerEpoch === undefined) return undefined;
  lane.snapshot.seq += 1n;
  return {
    site: lane.model,
    state: lane.state,
    memory: lane.memory,
    decision: lane.decision,
    ownerEpoch,
    decisionSeq: lane.written?.seq ?? 0n,
    snapshotSeq: lane.snapshot.seq,
    atMs: deps.clock.nowMs(),
    inputs: lane.tenure.positions(),
    dispatcherEpoch: lane.tenure.dispatcherEpoch(),
  };
}
