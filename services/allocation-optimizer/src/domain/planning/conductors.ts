import type { EpochMs, GridPhase } from '@headroom/kernel';
import { type EvseModel, phasesInUse, type SiteModel } from '@headroom/site-model';
import { EMPTY_EVSE_STATE, interruptedAt, type SiteState } from '../site-state.ts';

/** By how many times the voltage to neutral its current is multiplied to a power (PH4, MD12). */
export function conductorsOf({ wiring }: Pick<EvseModel, 'wiring'>, phases: number): number {
  if (wiring === undefined) return phases;
  return wiring === 'split-phase' ? 2 : Math.sqrt(3);
}

/**
 * Grid phases of the car at an EVSE. What was proven of it once holds for as long as it stays, also while it is paused and shows nothing:
 * limits are not counted with it, only who rises first hangs on it.
 */
export function phasesPlanned(
  { site, state, nowMs }: { readonly site: SiteModel; readonly state: SiteState; readonly nowMs: EpochMs },
  evse: EvseModel,
): readonly GridPhase[] {
  const { phases, transaction } = state.evses.get(evse.evseId) ?? EMPTY_EVSE_STATE;
  return phasesInUse(evse, phases, {
    transactionId: transaction?.transactionId,
    sinceMs: interruptedAt(state, evse.stationId),
    nowMs: phases?.supportedAtMs ?? nowMs,
    nominalVoltageV: site.nominalVoltageV,
  });
}
