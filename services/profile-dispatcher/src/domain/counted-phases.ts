import type { EpochMs } from '@headroom/kernel';
import { type EvseModel, type PhaseMask, phasesInUse } from '@headroom/site-model';
import { committedOf, type Member } from './committed-set.ts';
import type { EvseControl } from './evse-control.ts';
import { controlAt, type SiteState, stationOf } from './site-state.ts';

/** Until a conductor is proven silent there is nothing to ask of time or station. */
export const mayHaveMask = ({ phases }: EvseControl): boolean => phases !== undefined && phases.silent.length > 0;

/**
 * The phases on which an EVSE counts with all of its members, and what of them counts on the others (MD5); undefined:
 * everything counts on all wired phases. A lease of the running transaction ends with it, so it binds only the phases
 * that its car uses; a fallback, and a lease of another transaction of which nothing is known, may meet another car.
 */
export function maskOf(
  site: SiteState,
  evse: EvseModel,
  { members, nowMs }: { readonly members: readonly Member[]; readonly nowMs: EpochMs },
): PhaseMask | undefined {
  if (site.model === undefined) return undefined;
  const { phases: evidence, transactionId } = controlAt(site, evse);
  const phases = phasesInUse(evse, evidence, {
    transactionId,
    sinceMs: stationOf(site, evse.stationId).interruptedAtMs,
    nowMs,
    nominalVoltageV: site.model.nominalVoltageV,
  });
  if (phases.length === evse.phases.length) return undefined;
  // SI5: of a station that has not shown that it obeys, nothing is taken for granted.
  if (members.some(({ kind }) => kind === 'hardware-maximum')) return undefined;
  return { phases, elsewhere: committedOf(members.filter((member) => member.transactionId !== transactionId)) };
}
