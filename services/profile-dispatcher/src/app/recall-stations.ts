import type { EpochMs, StationId } from '@headroom/kernel';
import { setStation, type SiteState } from '../domain/site-state.ts';
import type { DispatchEvents } from '../events.ts';
import type { Gateways, GivenUpConnection } from '../ports.ts';
import { quietSiteOf, type Shard } from './shard.ts';

/** A gateway that was given up is asked again this often, for as long as stations of it have not connected anew. */
export const ASK_AGAIN_EVERY_MS = 10_000;
/** No longer than this: by then a station has found out by itself that nobody answers it. */
export const ASK_AGAIN_FOR_MS = 3_600_000;
/** Connections of one call; the rest is for the next. */
export const MAX_GIVEN_UP_OF_CALL = 1_000;

export interface RecallDeps {
  readonly gateways: Gateways;
  readonly events: DispatchEvents;
  readonly nowMs: () => EpochMs;
  readonly monoMs: () => number;
}

interface Recalled extends GivenUpConnection {
  readonly site: SiteState;
}

/** Is it time to ask gateways that were given up? Nothing is remembered of the asking but when it was. */
export const isRecallDue = (shard: Shard, monoMs: number): boolean =>
  shard.phase === 'acting' && monoMs - shard.recalledAtMonoMs >= ASK_AGAIN_EVERY_MS;

/**
 * ADR 22: a gateway that was only paused, or cut off from us, lives on with its sockets, and its stations wait for somebody who
 * has given them up. Once it answers it closes these connections, and they dial anew.
 */
export async function recallStations(deps: RecallDeps, shard: Shard): Promise<void> {
  shard.recalledAtMonoMs = deps.monoMs();
  const waiting = [...givenUpOf(shard, deps.nowMs())];
  await Promise.all([...waiting].map(([gatewayAddress, stations]) => recall(deps, shard, gatewayAddress, stations)));
}

async function recall(deps: RecallDeps, shard: Shard, gatewayAddress: string, all: readonly Recalled[]): Promise<void> {
  if (!shard.hold.ownsNow()) return;
  const asked = all.slice(0, MAX_GIVEN_UP_OF_CALL);
  const givenUp = asked.map(({ stationId, generation }) => ({ stationId, generation }));
  const to = { gatewayAddress, shard: shard.shard, epoch: shard.epoch };
  if (!(await deps.gateways.fence({ ...to, givenUp }))) return;
  shard.fenced.add(gatewayAddress);
  for (const { site, stationId, generation } of asked) letGo(shard, site, stationId, generation);
  deps.events.stationsRecalled(gatewayAddress, asked.length);
}

/** It has no connection of that generation any more: there is nothing left to ask for. */
function letGo(shard: Shard, { siteId }: SiteState, stationId: StationId, generation: number): void {
  const site = quietSiteOf(shard, siteId);
  const station = site.stations.get(stationId);
  if (station?.givenUp === true && station.generation === generation) setStation(site, stationId, { givenUp: false });
}

function givenUpOf(shard: Shard, nowMs: EpochMs): ReadonlyMap<string, readonly Recalled[]> {
  const found = new Map<string, Recalled[]>();
  for (const site of shard.sites.values()) {
    for (const [stationId, { givenUp, generation, gatewayAddress, interruptedAtMs }] of site.stations) {
      if (!givenUp || gatewayAddress === '' || nowMs - interruptedAtMs > ASK_AGAIN_FOR_MS) continue;
      const known = found.get(gatewayAddress);
      if (known === undefined) found.set(gatewayAddress, [{ site, stationId, generation }]);
      else known.push({ site, stationId, generation });
    }
  }
  return found;
}
