import type { DeciAmps, EvseId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import type { EvseControl, Target } from './evse-control.ts';
import { type Flow, flowingAsTold, type FlowTime, isOverIn, overfullRows } from './flowing.ts';
import { limitAt } from './later-limit.ts';
import { isForbidden } from './obedience.ts';
import { leastLimit } from './planned-kind.ts';
import { controlAt, type SiteState, stationOf } from './site-state.ts';
import { quirksOfStation } from './station-traits.ts';

/**
 * H79: what never pauses never resumes. A station that is declared to go on without a limit after a pause stays at its permanent limit where
 * nothing was decided for it: that counts always (HO-1), so no row of the gate has more room without it. It is paused all the same where
 * its permanent limit is less than its car can start with, and where a row in which it counts would be over its limit all the same, once
 * those that are told less have come down. There a station of which nothing is known since its boot counts with what it was told, or draws:
 * to go on without a limit after the second that it takes to prove itself would be an overload that is certain, against one that is not.
 *
 * @param targets what is decided for those of the site of which something is
 * @returns what each of them is told instead of less. Of a site without such a station, nothing, at no cost
 */
export function neverPaused(
  site: SiteState,
  model: SiteModel,
  targets: ReadonlyMap<EvseId, Target>,
  time: FlowTime,
): ReadonlyMap<EvseId, DeciAmps> {
  const stays = new Map<EvseId, DeciAmps>();
  const down = new Map<EvseId, DeciAmps>();
  for (const [evseId, target] of targets) {
    const evse = model.evses.get(evseId);
    if (evse === undefined) continue;
    const limit = limitAt(target, time.nowMs);
    const isKept =
      limit < evse.fallback && resumesFreely(site, controlAt(site, evse)) && evse.fallback >= leastLimit(site, evse);
    if (isKept) stays.set(evseId, evse.fallback);
    down.set(evseId, isKept ? evse.fallback : limit);
  }
  if (stays.size === 0) return stays;
  const overfull = overfullRows(site, time, ({ evseId }, flow) => {
    const flowing = flowingAsTold(flow);
    const lower = down.get(evseId) ?? flowing;
    return lower < flowing && comesDown(flow) ? lower : flowing;
  });
  for (const evseId of stays.keys()) {
    const evse = model.evses.get(evseId);
    if (evse === undefined || isOverIn(overfull, evse)) stays.delete(evseId);
  }
  return stays;
}

/** One that draws more than it was told is told nothing, whatever it does when it goes on. */
const resumesFreely = (site: SiteState, { stationId, disobedience }: EvseControl): boolean =>
  quirksOfStation(stationOf(site, stationId).traits.identity).forgetsWhenPaused && !isForbidden(disobedience);

/** To come down it has to be known to obey. */
const comesDown = ({ control: { disobedience }, view: { members } }: Flow): boolean =>
  disobedience === undefined && !members.some(({ kind }) => kind === 'hardware-maximum');
