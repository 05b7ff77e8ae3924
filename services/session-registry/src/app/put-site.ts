import { type Clock, type SiteId, siteId, stationId } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import { putSite as decide, type SiteDecision, stationsOf } from '../domain/site.ts';
import type { RegistryStore } from '../ports.ts';

export interface PutSiteDeps {
  readonly store: RegistryStore;
  readonly clock: Clock;
}

/** Checks a document, and stores it unless it is refused, says nothing new, or is only tried out (`dryRun`). */
export async function putSite(
  { store, clock }: PutSiteDeps,
  document: SiteModelInput,
  dryRun: boolean,
): Promise<SiteDecision> {
  return store.turn(async (turn) => {
    const existing = await turn.site(siteId(document.siteId));
    const named = await turn.stations(stationsOf(document).map((place) => stationId(place.stationId)));
    const taken = new Map<string, SiteId>();
    for (const station of named) {
      if (station.siteId !== undefined && station.siteId !== document.siteId) {
        taken.set(station.stationId, station.siteId);
      }
    }
    const decision = decide({ document, existing, taken, nowMs: clock.nowMs() });
    if (decision.kind === 'changed' && !dryRun) await turn.saveSite(decision.site);
    return decision;
  });
}
