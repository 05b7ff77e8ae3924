import { type DeciAmps, deciAmps, type EpochMs } from '@headroom/kernel';
import {
  type EvseModel,
  type PhaseMask,
  type SiteModel,
  stationLimitAt,
  withoutStationLimit,
  withStationLimit,
} from '@headroom/site-model';
import type { StationLimitCleared, StationLimited } from './facts.ts';
import { setStation, type SiteState, stationOf } from './site-state.ts';

/** One of an older connection, read late, says nothing of this one. */
export function onStationLimit(site: SiteState, fact: StationLimited | StationLimitCleared): void {
  const { stationId, generation, atMs } = fact;
  const { limits: before, generation: current } = stationOf(site, stationId);
  if (generation < current) return;
  const limits =
    fact.kind === 'station-limited'
      ? withStationLimit(before, fact.limit, atMs)
      : withoutStationLimit(before, fact.limit);
  setStation(site, stationId, { limits });
}

const NOTHING = deciAmps(0);

export interface Allowance {
  readonly model: SiteModel;
  readonly evse: EvseModel;
  /** Absent: its current counts on all wired phases. */
  readonly mask: PhaseMask | undefined;
  readonly nowMs: EpochMs;
}

/**
 * No more than somebody beside us allows its station: to offer more is in vain. What is less than a car can take is nothing (MD7). It
 * lowers what is commanded; what the EVSE counts with falls by the rules of every decrease, and by no word of its station.
 */
export function allowed(site: SiteState, limit: DeciAmps, { model, evse, mask, nowMs }: Allowance): DeciAmps {
  const { limits } = stationOf(site, evse.stationId);
  if (limits.length === 0) return limit;
  const phases = mask?.phases.length ?? evse.phases.length;
  const { nominalVoltageV } = model;
  const bound = stationLimitAt(limits, { evse, phases, nominalVoltageV, nowMs });
  if (bound === undefined || bound.limit >= limit) return limit;
  return bound.limit < evse.minCurrent ? NOTHING : bound.limit;
}
