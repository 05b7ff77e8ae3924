import { type DeciAmps, deciAmps, type EpochMs, evseId, type StationId } from '@headroom/kernel';
import {
  type EvseModel,
  HIGHEST_VOLTAGE_PERCENT,
  LOWEST_VOLTAGE_PERCENT,
  mayLimit,
  type PhaseMask,
  type SiteModel,
  type StationLimit,
  stationLimitAt,
  withoutStationLimit,
  withStationLimit,
} from '@headroom/site-model';
import type { EvseMeasured, StationLimitCleared, StationLimited } from './facts.ts';
import type { UnsettledLimit } from './limit-set.ts';
import { isExplained } from './composite-said.ts';
import {
  controlAt,
  controlOf,
  controlsOfStation,
  setControl,
  setStation,
  type SiteState,
  stationOf,
} from './site-state.ts';
import { unwatchStation } from './unwatch.ts';

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
  unwatchStation(site, stationId, atMs);
  if (fact.kind === 'station-limit-cleared') provableAfterRelease(site, stationId, atMs);
}

/** HO-7: samples and notices stand in different topics; one that was taken while the limit held may be read when it is gone. */
const provableAfterRelease = (site: SiteState, stationId: StationId, atMs: EpochMs): void =>
  provableFrom(site, stationId, () => atMs);

/**
 * A station connects anew, or boots: what somebody beside us allowed it is known no more, and may hold all the same until its report says so.
 * Of one that had such a limit no sample proves that an old limit of ours is obeyed no more: that counts to the end of its lease.
 */
export function forgetLimits(site: SiteState, stationId: StationId): void {
  if (stationOf(site, stationId).limits.length === 0) return;
  setStation(site, stationId, { limits: [] });
  provableFrom(site, stationId, ({ untilMs }) => untilMs);
}

function provableFrom(site: SiteState, stationId: StationId, fromOf: (unsettled: UnsettledLimit) => EpochMs): void {
  for (const control of controlsOfStation(site, stationId)) {
    const { unsettled } = control.set;
    if (unsettled === undefined) continue;
    const provableFromMs = fromOf(unsettled);
    if (unsettled.provableFromMs >= provableFromMs) continue;
    setControl(site, { ...control, set: { ...control.set, unsettled: { ...unsettled, provableFromMs } } });
  }
}

/** Whether somebody beside us bounds it, now or later, as far as is known. */
export const isHeldDown = (limits: readonly StationLimit[], nowMs: EpochMs): boolean =>
  limits.some((limit) => limit.isUnlisted !== true && mayLimit(limit, nowMs));

/** What a station may offer below a limit because it rounds. */
const ROUNDS_BY_DECI_A = 10;

/**
 * HO-7: where an energy manager holds a station down, what it offers says nothing of the limit that we told it last: it may not have come to
 * obey that, and offers the older one again as soon as the manager lets go. Only an offer clearly below what the manager allows is ours.
 */
export function isMasked(site: SiteState, { stationId, evse: number, offered, sampledAtMs }: EvseMeasured): boolean {
  const { limits } = stationOf(site, stationId);
  if (isExplained(controlOf(site, stationId, number).composite, offered)) return true;
  const evse = site.model?.evses.get(evseId(stationId, number));
  if (site.model === undefined || evse === undefined || limits.length === 0) return false;
  const { nominalVoltageV } = site.model;
  const boundOn = (
    { isUnlisted: _, ...limit }: StationLimit,
    { phases, voltagePercent }: { readonly phases: number; readonly voltagePercent: number },
  ): DeciAmps | undefined => {
    const voltageV = (nominalVoltageV * voltagePercent) / 100;
    return stationLimitAt([limit], { evse, phases, nominalVoltageV: voltageV, nowMs: sampledAtMs })?.limit;
  };
  // Watts are the fewest amperes on all wired phases at the highest voltage, and the most on one at the lowest: more is masked than need
  // be, never less.
  const fewest = { phases: evse.phases.length, voltagePercent: HIGHEST_VOLTAGE_PERCENT };
  const most = { phases: 1, voltagePercent: LOWEST_VOLTAGE_PERCENT };
  return limits.some((limit) => {
    const least = boundOn(limit, fewest);
    if (least === undefined) return false;
    if (offered === undefined) return true;
    // Below what a car can take nothing is offered at all.
    const mayOffer = least >= evse.minCurrent;
    if (mayOffer && offered <= least - ROUNDS_BY_DECI_A) return false;
    // What is offered beyond one of which nobody knows whether it holds shows that it does not hold.
    return limit.isUnlisted !== true || offered <= (boundOn(limit, most) ?? offered) + ROUNDS_BY_DECI_A;
  });
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
export function allowed(site: SiteState, decided: DeciAmps, { model, evse, mask, nowMs }: Allowance): DeciAmps {
  const { limits } = stationOf(site, evse.stationId);
  const { composite } = controlAt(site, evse);
  const limit = deciAmps(Math.min(decided, composite?.atMost ?? decided));
  if (limits.length === 0) return limit;
  const phases = mask?.phases.length ?? evse.phases.length;
  const { nominalVoltageV } = model;
  const bound = stationLimitAt(limits, { evse, phases, nominalVoltageV, nowMs });
  if (bound === undefined || bound.limit >= limit) return limit;
  return bound.limit < evse.minCurrent ? NOTHING : bound.limit;
}
