import { newControl } from '../domain/evse-control.ts';
import type { SiteSnapshot } from '../domain/site-snapshot.ts';
import type { SiteState } from '../domain/site-state.ts';
import type { DispatchEvents } from '../events.ts';
import type { Snapshots } from '../ports.ts';
import type { PlanTime } from '../domain/plan-batch.ts';
import { mayEndUnknown, type Shard } from './shard.ts';

/** A site that does not change is written after so many periods, so that little of the log has to be read behind it. */
export const SNAPSHOT_LATEST_PERIODS = 2;
/**
 * A site of more EVSEs is written in more periods than one: it is encoded in one piece, and whatever comes meanwhile waits. Its heir has more to read behind
 * it, never more than that of so many periods.
 */
export const SNAPSHOT_EVSES_OF_PERIOD = 200;
/** Snapshots of one append: a shard of many sites takes several turns. */
export const MAX_SNAPSHOTS_OF_APPEND = 64;

export interface SnapshotDeps {
  readonly snapshots: Snapshots;
  readonly events: DispatchEvents;
  readonly monoMs: () => number;
  readonly time: () => PlanTime;
  readonly rules: { readonly snapshotEveryMs: number };
}

/** True where `snapshotSites` has something to do. Between two passes only: no record is on its way into the log, nor may be in it unseen. */
export const needsSnapshot = (shard: Shard, monoMs: number, everyMs: number): boolean =>
  !shard.passing &&
  !shard.snapshotting &&
  !mayEndUnknown(shard) &&
  shard.phase === 'acting' &&
  dueSites(shard, monoMs, everyMs).length > 0;

/** A new site at once: without a snapshot of it its whole shard would be read from the start. */
function dueSites(shard: Shard, monoMs: number, everyMs: number): readonly SiteState[] {
  const due: SiteState[] = [];
  for (const site of shard.sites.values()) {
    if (site.model === undefined) continue;
    const writtenMs = shard.snapshotAtMonoMs.get(site.siteId) ?? Number.NEGATIVE_INFINITY;
    const periods = Math.max(1, Math.ceil(site.model.evses.size / SNAPSHOT_EVSES_OF_PERIOD));
    const waitMs = everyMs * periods * (shard.changed.has(site.siteId) ? 1 : SNAPSHOT_LATEST_PERIODS);
    if (monoMs >= writtenMs + waitMs) due.push(site);
    if (due.length >= MAX_SNAPSHOTS_OF_APPEND) break;
  }
  return due;
}

/** Writes what is due. One that the log does not take is due again at the next tick. */
export async function snapshotSites(deps: SnapshotDeps, shard: Shard): Promise<void> {
  const monoMs = deps.monoMs();
  const { nowMs } = deps.time();
  const due = dueSites(shard, monoMs, deps.rules.snapshotEveryMs);
  const before = due.map(({ siteId }) => [siteId, shard.snapshotAtMonoMs.get(siteId)] as const);
  shard.snapshotting = true;
  try {
    const taken = due.map((site) => takeSnapshot(shard, site, nowMs));
    for (const { siteId } of due) {
      shard.changed.delete(siteId);
      shard.snapshotAtMonoMs.set(siteId, monoMs);
    }
    await deps.snapshots.write(shard.shard, taken, { nowMs, mayWrite: () => shard.hold.ownsNow() });
  } catch (cause) {
    for (const [siteId, writtenMs] of before) {
      shard.changed.add(siteId);
      if (writtenMs === undefined) shard.snapshotAtMonoMs.delete(siteId);
      else shard.snapshotAtMonoMs.set(siteId, writtenMs);
    }
    deps.events.snapshotFailed(shard.shard, cause);
  } finally {
    shard.snapshotting = false;
  }
}

/** The site as it is at this instant. */
export function takeSnapshot(shard: Shard, site: SiteState, nowMs: number): SiteSnapshot {
  shard.snapshotSeq += 1;
  const told = [...(site.model?.evses.values() ?? [])].flatMap(({ evseId: id }) => shard.journaled.get(id) ?? []);
  const controls = new Map(site.controls);
  // One that was told of, or decided for, and of which nothing else is known.
  for (const { evseId: id, stationId, evse } of site.model?.evses.values() ?? []) {
    if (!controls.has(id)) controls.set(id, newControl(id, stationId, evse));
  }
  return {
    siteId: site.siteId,
    ...{ epoch: shard.epoch, seq: shard.snapshotSeq, takenAtMs: nowMs },
    positions: new Map(shard.positions),
    ...{ ownOffset: shard.ownOffset, openedEpoch: shard.openedEpoch, optimizerEpoch: shard.optimizerEpoch },
    ...{ decision: site.decision, stations: new Map(site.stations), readings: new Map(site.readings) },
    ...{ controls, told, leaseEnds: new Map(site.leaseEnds) },
    wired: new Map([...site.departed, ...(site.model?.evses ?? [])]),
  };
}
