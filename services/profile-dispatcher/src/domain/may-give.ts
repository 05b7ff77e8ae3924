import { type DeciAmps, deciAmps, type EpochMs, type EvseNumber, type StationId } from '@headroom/kernel';
import { MAX_SETPOINT_EVSES, takesSetpoints } from '@headroom/ocpp/capabilities';
import type { EvseModel } from '@headroom/site-model';
import type { EvseControl } from './evse-control.ts';
import { controlAt, countingOf, evsesOfStation, type SiteState, stationOf } from './site-state.ts';
import { capabilitiesOfStation, quirksOfStation } from './station-traits.ts';

interface CountedAt {
  readonly leaseNowMs: EpochMs;
  readonly marginMs: number;
}

/** What the newest decision lets a car give back, as a field; absent: nothing, or its station is not told to. Whether it is stale, the caller knows. */
export function givesOf(site: SiteState, evse: EvseModel, counted: CountedAt): { readonly gives?: DeciAmps } {
  const decided = site.decision?.targets.get(evse.evseId)?.discharge ?? 0;
  if (decided <= 0 || !mayGiveBack(site, evse, counted)) return {};
  return { gives: deciAmps(Math.min(decided, evse.maxDischarge ?? 0)) };
}

/**
 * Whether a station is told to let its car give back: one of 2.1 that says that it follows a setpoint, whose word is believed, and whose leases
 * surely end. Beneath the lease lies a permanent limit that was accepted, which lets nothing flow back.
 */
export function mayGiveBack(site: SiteState, evse: EvseModel, counted: CountedAt): boolean {
  const { traits } = stationOf(site, evse.stationId);
  const control = controlAt(site, evse);
  if (evse.maxDischarge === undefined || !control.set.proven || control.disobedience !== undefined) return false;
  if (!takesSetpoints(capabilitiesOfStation(traits), evse.evse) || hasRefused(control)) return false;
  if (quirksOfStation(traits.identity).neverGivesBack) return false;
  const { isDistrusted, leaseMarginMs } = countingOf(site, evse, counted);
  return !isDistrusted && leaseMarginMs !== undefined;
}

/** In this transaction it is not asked again. */
const hasRefused = ({ backRefusedIn, transactionId }: EvseControl): boolean =>
  backRefusedIn !== undefined && backRefusedIn === transactionId;

/** EVSEs of a station of 2.1 whose cars may give back by the document, as many as are asked for it. Most sites have none. */
export const setpointEvsesOf = (site: SiteState, stationId: StationId): readonly EvseNumber[] =>
  stationOf(site, stationId).traits.version === 'ocpp2.1'
    ? evsesOfStation(site, stationId)
        .flatMap(({ evse, maxDischarge }) => (maxDischarge === undefined ? [] : [evse]))
        .slice(0, MAX_SETPOINT_EVSES)
    : NOBODY;

const NOBODY: readonly EvseNumber[] = [];
