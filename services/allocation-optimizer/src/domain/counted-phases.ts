import { type EpochMs, type EvseId, type GridPhase } from '@headroom/kernel';
import { type EvseModel, type PhaseMask, phasesInUse, type SiteModel } from '@headroom/site-model';
import { type EvseState, interruptedAt, type SiteState } from './site-state.ts';

/** Grid phases on which the limit of an EVSE counts now (MD5), by what this service has seen itself. */
export function countedPhases(
  { site, state, nowMs }: { readonly site: SiteModel; readonly state: SiteState; readonly nowMs: EpochMs },
  evse: EvseModel,
  { phases, transaction }: EvseState,
): readonly GridPhase[] {
  return phasesInUse(evse, phases, {
    transactionId: transaction?.transactionId,
    sinceMs: interruptedAt(state, evse.stationId),
    nowMs,
    nominalVoltageV: site.nominalVoltageV,
  });
}

/** On phases that its car does not use, an EVSE counts with what the next car may take: its fallback (HO-1). */
export function plannedMasks(
  roles: Iterable<{ readonly evse: EvseModel; readonly phases: readonly GridPhase[] }>,
): ReadonlyMap<EvseId, PhaseMask> {
  const masks = new Map<EvseId, PhaseMask>();
  for (const { evse, phases } of roles) {
    if (phases.length < evse.phases.length) masks.set(evse.evseId, { phases, elsewhere: evse.fallback });
  }
  return masks;
}

/** The phases on which the dispatcher says that it counts each EVSE. */
export function knownMasks(state: SiteState): ReadonlyMap<EvseId, PhaseMask> {
  const masks = new Map<EvseId, PhaseMask>();
  state.evses.forEach(({ dispatch }, evseId) => {
    if (dispatch.mask !== undefined) masks.set(evseId, dispatch.mask);
  });
  return masks;
}

/** What flows tells the phases of a car. It counts on all that are wired, and has not been seen to use them all. */
export function isUnseen(evse: EvseModel, counted: number, { phases, transaction }: EvseState): boolean {
  if (evse.phases.length < 2 || evse.wiring !== undefined || evse.dc !== undefined) return false;
  if (counted < evse.phases.length) return false;
  return phases?.transactionId !== transaction?.transactionId || (phases?.carried ?? []).length < evse.phases.length;
}
