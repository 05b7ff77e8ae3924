import type { DeciAmps, EvseId } from '@headroom/kernel';
import { deratedSite, otherLoadHorizon, otherLoadNow, type PhaseMask, type SiteModel } from '@headroom/site-model';
import { type CommittedView, committedView, type CountingTime } from './committed-view.ts';
import { lastEndMs } from './committed-set.ts';
import { withDeparted } from './departed.ts';
import { createRoom, type GateView, type Room } from './room.ts';
import { controlAt, type SiteState } from './site-state.ts';

/** What each EVSE of a site counts with. */
export interface Counts {
  readonly views: ReadonlyMap<EvseId, CommittedView>;
  readonly committed: ReadonlyMap<EvseId, DeciAmps>;
  /** Of those whose cars have shown their phases. */
  readonly masks: ReadonlyMap<EvseId, PhaseMask>;
}

export function countsOf(site: SiteState, model: SiteModel, counted: CountingTime): Counts {
  const views = new Map<EvseId, CommittedView>();
  const committed = new Map<EvseId, DeciAmps>();
  const masks = new Map<EvseId, PhaseMask>();
  for (const evse of model.evses.values()) {
    const view = committedView(site, evse, counted);
    views.set(evse.evseId, view);
    committed.set(evse.evseId, view.committed);
    if (view.mask !== undefined) masks.set(evse.evseId, view.mask);
  }
  return { views, committed, masks };
}

export interface Beside {
  readonly room: Room;
  /** What else the rows hold, and when. */
  readonly loads: Omit<GateView, 'site' | 'masks'> & Pick<Counts, 'masks'>;
  /** With who has departed and may still obey a lease (HO-15). */
  readonly committed: ReadonlyMap<EvseId, DeciAmps>;
}

/** The document at the temperatures of now, with who has departed: without what decisions impose. */
export function documentAt(site: SiteState, { committed }: Counts, counted: CountingTime): SiteModel | undefined {
  const document = site.model && deratedSite(site.model, site.readings, counted.nowMs);
  return document && withDeparted(site, document, committed, counted).model;
}

/** What is left beside all that counts, and all other load. */
export function roomBeside(site: SiteState, model: SiteModel, counts: Counts, counted: CountingTime): Beside {
  const { nowMs } = counted;
  const loads = {
    otherLoad: otherLoadNow(model, site.readings, nowMs),
    horizonLoad: otherLoadHorizon(model, site.readings, nowMs, leasesAhead(site, model, counts, counted)),
    ...{ nowMs, masks: counts.masks },
  };
  const seen = withDeparted(site, model, counts.committed, counted);
  return { loads, committed: seen.committed, room: createRoom({ ...loads, site: seen.model }, seen.committed) };
}

/**
 * SI26: how many leases of this document, begun or whole, fit before the last one that runs has ended. One, but for a while after a
 * document has shortened them: it says how much other load rises within one of its own.
 */
function leasesAhead(site: SiteState, model: SiteModel, { views }: Counts, { leaseNowMs }: CountingTime): number {
  let lastMs: number = leaseNowMs;
  for (const { members } of views.values()) for (const { untilMs = 0 } of members) lastMs = Math.max(lastMs, untilMs);
  for (const evse of site.departed.values()) lastMs = Math.max(lastMs, lastEndMs(controlAt(site, evse).set));
  return Math.max(1, Math.ceil((lastMs - leaseNowMs) / (model.leaseS * 1_000)));
}
