import type { EvseControl } from './evse-control.ts';
import type { ChargingSeen } from './facts.ts';
import { limitAt } from './later-limit.ts';
import { goesOn, letGoOn, saidEarly } from './pausing.ts';
import { leastLimit } from './planned-kind.ts';
import { controlOf, controlsOfStation, setControl, type SiteState } from './site-state.ts';

/**
 * Its station says whether it charges. Who charges after a pause may have forgotten its limit with it (H79), whatever ended the pause: we,
 * the end of a lease, somebody beside us, or its car. Outside a transaction there are no pauses, but for one that is about to begin.
 *
 * @returns whether it is owed something from here on
 */
export function onChargingSeen(site: SiteState, fact: ChargingSeen): boolean {
  const { stationId, evse, isCharging, isSuspended = false, atMs } = fact;
  const control =
    evse === undefined
      ? controlsOfStation(site, stationId).find((known) => known.transactionId === fact.transactionId)
      : controlOf(site, stationId, evse);
  if (control === undefined) return false;
  const { pausing, transactionId } = control;
  if (transactionId === undefined) {
    const early = fact.transactionId === undefined ? saidEarly(pausing, { isCharging, isSuspended, atMs }) : pausing;
    if (early !== pausing) setControl(site, { ...control, pausing: early });
    return false;
  }
  if (fact.transactionId !== undefined && fact.transactionId !== transactionId) return false;
  const isPaused = pausing.pausedIn === transactionId;
  if (isPaused !== isCharging) return false;
  setControl(site, {
    ...control,
    pausing: isCharging ? goesOn(pausing, atMs) : { ...pausing, pausedIn: transactionId },
  });
  return isCharging;
}

/**
 * The answer to a lease, taken in: an EVSE that had less than a car can take, by its last lease or by its permanent limit, and has more now,
 * goes on from here, and its station need not say so first. One that was sent more since has been told after it.
 */
export function afterLease(site: SiteState, before: EvseControl, after: EvseControl): EvseControl {
  const [had, has] = [before.set.acknowledged, after.set.acknowledged];
  const evse = site.model?.evses.get(before.evseId);
  if (evse === undefined || has === undefined || had === has || after.set.attempts.length > 0) return after;
  const least = leastLimit(site, evse);
  const hadLimit = had?.transactionId === has.transactionId ? limitAt(had, has.answeredAtMs) : evse.fallback;
  const isLetGoOn = hadLimit < least && limitAt(has, has.answeredAtMs) >= least;
  return isLetGoOn ? { ...after, pausing: letGoOn(after.pausing, has.answeredAtMs) } : after;
}
