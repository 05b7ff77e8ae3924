import { type WattHours, wattHours } from '@headroom/kernel';
import type { EvseSample } from './facts.ts';
import { type EvseState, sessionEnergy } from './site-state.ts';

/** What the session gave back so far, as far as its supply told it; undefined: no register of that was ever seen in it. */
export function exportedEnergy({ session, transaction }: EvseState): WattHours | undefined {
  if (session === undefined) return undefined;
  const before = session.exportedBefore;
  if (transaction?.exportStart === undefined || transaction.exportSeen === undefined) return before;
  return wattHours((before ?? 0) + transaction.exportSeen - transaction.exportStart);
}

/** Since the last sample that told it before this one it gave something back. */
export function givesBack({ sample: before, transaction }: EvseState, { exported }: EvseSample): boolean {
  const seen = transaction?.exportSeen ?? before?.exported;
  return exported !== undefined && seen !== undefined && exported > seen;
}

/** What its battery lost by giving back (Wh, up to the next whole one). 0: nothing, or nobody offered it. */
export function lostWh(facts: EvseState): number {
  const offer = facts.session?.requested?.discharge;
  if (offer === undefined) return 0;
  return Math.ceil(((exportedEnergy(facts) ?? 0) * WHOLE_PERCENT) / offer.efficiencyPercent);
}

/** What is in its battery (Wh). Undefined: nobody knows, and nothing may be taken out of it. */
export function heldWh(facts: EvseState): number | undefined {
  const offer = facts.session?.requested?.discharge;
  const delivered = sessionEnergy(facts);
  const { exportStart, exportSeen } = facts.transaction ?? {};
  if (offer === undefined || delivered === undefined || exportStart === undefined) return undefined;
  // A sample that does not tell what flowed back, or less than one before it (a replaced meter), proves nothing of what is left.
  if (facts.sample?.exported !== exportSeen) return undefined;
  return offer.atPlugIn + delivered - lostWh(facts);
}

const WHOLE_PERCENT = 100;
