import type { Clock } from '@headroom/kernel';
import { type AllocationOptimizerEvents, wordsOf } from '../events.ts';
import type { DecisionLog, LiveSites, SiteSnapshot } from '../ports.ts';
import type { SiteLane, SnapshotPace } from './site-lane.ts';

/** Unchanged live state is written again this often: it vanishes by itself otherwise. */
export const LIVE_REFRESH_MS = 5_000;
/**
 * So many EVSEs of a site are written in a second at most: people look at it, and every one of them is encoded anew each time. At 250 ms a site of a thousand cost as much as all
 * its decisions. Too large, and decisions wait behind it; too small, and the page of a large site jumps.
 */
export const LIVE_EVSES_A_SECOND = 1_000;
/** The compacted copy of a site that does not change is written after so many of its periods. */
export const COPY_REFRESH_PERIODS = 2;

export interface PublishDeps {
  readonly clock: Clock;
  readonly log: DecisionLog;
  readonly live: LiveSites;
  readonly events: AllocationOptimizerEvents;
  /** Of the live state, and of the compacted copy: this often at most. */
  readonly snapshotEveryMs: number;
  readonly copyEveryMs: number;
}

/** Writes what is due of one site. Called at the pace of the live state; a write still on its way is not overtaken. */
export function publishSnapshot(deps: PublishDeps, lane: SiteLane): void {
  const monoMs = deps.clock.monoMs();
  const pace = lane.snapshot;
  if (!pace.liveBusy && isLiveDue(deps, lane, monoMs)) {
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
  if (!pace.logBusy && isCopyDue(deps, pace, monoMs)) {
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

const periodMs = ({ snapshotEveryMs }: PublishDeps, { model }: SiteLane): number =>
  Math.max(snapshotEveryMs, ((model?.evses.size ?? 0) / LIVE_EVSES_A_SECOND) * 1_000);

/** A tick may come a little early, by half of the time between two at most. */
function isLiveDue(deps: PublishDeps, lane: SiteLane, monoMs: number): boolean {
  const { liveDue, liveAtMonoMs } = lane.snapshot;
  const everyMs = periodMs(deps, lane);
  const sinceMs = monoMs - liveAtMonoMs;
  return liveDue ? sinceMs >= everyMs - deps.snapshotEveryMs / 2 : sinceMs >= Math.max(LIVE_REFRESH_MS, everyMs);
}

function isCopyDue({ copyEveryMs }: PublishDeps, { logDue, logAtMonoMs }: SnapshotPace, monoMs: number): boolean {
  return monoMs - logAtMonoMs >= (logDue ? copyEveryMs : copyEveryMs * COPY_REFRESH_PERIODS);
}

function take(deps: PublishDeps, lane: SiteLane): SiteSnapshot | undefined {
  const ownerEpoch = lane.tenure.decidingEpoch();
  if (lane.model === undefined || lane.decision === undefined || ownerEpoch === undefined) return undefined;
  lane.snapshot.seq += 1n;
  return {
    site: lane.model,
    state: lane.state,
    memory: lane.memory,
    rises: lane.rises,
    billing: lane.billing,
    forecast: lane.forecast,
    decision: lane.decision,
    ownerEpoch,
    decisionSeq: lane.written?.seq ?? 0n,
    snapshotSeq: lane.snapshot.seq,
    atMs: deps.clock.nowMs(),
    inputs: lane.tenure.positions(),
    dispatcherEpoch: lane.tenure.dispatcherEpoch(),
  };
}
