import { type DeciAmps, deciAmps, type StationId } from '@headroom/kernel';
import { type EvseModel, type SiteModel, socketPhases } from '@headroom/site-model';
import { passesPercent, type PlanInput, sayable, takesLimits } from './plan-of.ts';
import { type SiteState, stationOf } from './site-state.ts';
import { capabilitiesOfStation, quirksOfStation, type StationTraits } from './station-traits.ts';

type PlannedKind = Pick<PlanInput, 'capabilities' | 'quirks' | 'place'>;

interface KnownKind {
  readonly kind: PlannedKind;
  readonly model: SiteModel | undefined;
  readonly traits: StationTraits;
}

/** Of each EVSE of a document the newest: every pass asks it several times, and it is made of values that are never changed. */
const KINDS = new WeakMap<EvseModel, KnownKind>();

/** What the plans of an EVSE depend on, beside the limits. The same object for as long as its document and its station are the same. */
export function plannedKind(site: Pick<SiteState, 'model' | 'stations'>, of: EvseModel): PlannedKind {
  const { model } = site;
  const { traits } = stationOf(site, of.stationId);
  const known = KINDS.get(of);
  if (known?.model === model && known?.traits === traits) return known.kind;
  const kind = kindOf(model, of, traits);
  KINDS.set(of, { kind, model, traits });
  return kind;
}

function kindOf(model: SiteModel | undefined, of: EvseModel, traits: StationTraits): PlannedKind {
  const { evse, stationId } = of;
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
