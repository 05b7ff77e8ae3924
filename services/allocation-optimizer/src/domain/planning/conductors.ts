import type { EpochMs, GridPhase } from '@headroom/kernel';
import { type EvseModel, LOWEST_VOLTAGE_PERCENT, phasesInUse, type SiteModel } from '@headroom/site-model';
import { EMPTY_EVSE_STATE, interruptedAt, type SiteState } from '../site-state.ts';

/** By how many times the voltage to neutral its current is multiplied to a power (PH4, MD12). */
export function conductorsOf({ wiring }: Pick<EvseModel, 'wiring'>, phases: number): number {
  if (wiring === undefined) return phases;
  return wiring === 'split-phase' ? 2 : Math.sqrt(3);
}

type Wired = Pick<EvseModel, 'wiring' | 'dc'>;
const PERCENT = 100;

/**
 * Watts that a car takes out of the grid for each ampere of its limit. A limit of DC is the current at the lowest voltage (MD12): a rectifier
 * takes no more power at any other one, and some of its current is none.
 */
export const wattsPerAmp = (site: Pick<SiteModel, 'nominalVoltageV'>, evse: Wired, phases: number): number =>
  site.nominalVoltageV * conductorsOf(evse, phases) * drawnPart(evse);

const drawnPart = ({ dc }: Wired): number =>
  dc === undefined ? 1 : (LOWEST_VOLTAGE_PERCENT / PERCENT) * (dc.powerFactorPercent / PERCENT);

/** What comes to the car of that. What an AC station passes on is counted as it is. */
export const passedOn = ({ dc }: Wired): number => (dc === undefined ? 1 : dc.efficiencyPercent / PERCENT);

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
