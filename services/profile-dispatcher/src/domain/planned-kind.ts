import { type DeciAmps, deciAmps, type StationId } from '@headroom/kernel';
import { type EvseModel, type SiteModel, socketPhases } from '@headroom/site-model';
import { passesPercent, type PlanInput, sayable, takesLimits } from './plan-of.ts';
import { type SiteState, stationOf } from './site-state.ts';
import { capabilitiesOfStation, quirksOfStation } from './station-traits.ts';

/** What the plans of an EVSE depend on, beside the limits. */
export function plannedKind(
  { model, ...site }: Pick<SiteState, 'model' | 'stations'>,
  of: EvseModel,
): Pick<PlanInput, 'capabilities' | 'quirks' | 'place'> {
  const { evse, stationId } = of;
  const { traits } = stationOf(site, stationId);
  return {
    capabilities: capabilitiesOfStation(traits),
    quirks: quirksOfStation(traits.identity),
    place: {
      evse,
      evses: model === undefined ? 1 : (evsesByStation(model).get(stationId) ?? 1),
      wiredPhases: socketPhases(of),
      voltageV: model?.nominalVoltageV ?? 0,
      ...(of.dc === undefined ? {} : { dc: of.dc }),
    },
  };
}

/** Does it take limits at all? Any AC station does, by the text. */
export const isSteered = (site: Pick<SiteState, 'model' | 'stations'>, evse: EvseModel): boolean =>
  evse.dc === undefined || takesLimits(plannedKind(site, evse), evse);

/** Percent of a limit that its car is offered; undefined: all of it. */
export const passesPercentOf = (site: Pick<SiteState, 'model' | 'stations'>, evse: EvseModel): number | undefined => {
  const { traits } = stationOf(site, evse.stationId);
  return passesPercent({ capabilities: capabilitiesOfStation(traits), quirks: quirksOfStation(traits.identity) }, evse);
};

const STEP_DECI_A = 10;

/** With which its car can start, whatever of it the station passes on, and however it rounds. */
export function leastLimit(site: Pick<SiteState, 'model' | 'stations'>, evse: EvseModel): DeciAmps {
  const { wholeAmps, minCurrentDeciA } = quirksOfStation(stationOf(site, evse.stationId).traits.identity);
  const least = Math.max(Math.ceil((evse.minCurrent * 100) / (passesPercentOf(site, evse) ?? 100)), minCurrentDeciA);
  return deciAmps(wholeAmps ? Math.ceil(least / STEP_DECI_A) * STEP_DECI_A : least);
}

/** Is this limit told to its station as nothing at all (H86)? */
export const isSaidAsNothing = (
  site: Pick<SiteState, 'stations'>,
  { stationId, limit }: { readonly stationId: StationId; readonly limit: DeciAmps },
): boolean => sayable(limit, quirksOfStation(stationOf(site, stationId).traits.identity)) === 0;

const COUNTS = new WeakMap<SiteModel, ReadonlyMap<StationId, number>>();

/** The same for as long as the document is. */
function evsesByStation(model: SiteModel): ReadonlyMap<StationId, number> {
  const known = COUNTS.get(model);
  if (known !== undefined) return known;
  const counts = new Map<StationId, number>();
  for (const { stationId } of model.evses.values()) counts.set(stationId, (counts.get(stationId) ?? 0) + 1);
  COUNTS.set(model, counts);
  return counts;
}
