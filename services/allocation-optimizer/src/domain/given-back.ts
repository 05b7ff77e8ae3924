import { type WattHours, wattHours } from '@headroom/kernel';
import type { EvseSample } from './facts.ts';
import { type EvseState, sessionEnergy } from './site-state.ts';

/** What the session gave back so far, as its supply saw it; undefined: no register of that was ever seen in it. */
export function exportedEnergy({ session, transaction, sample }: EvseState): WattHours | undefined {
  if (session === undefined) return undefined;
  const before = session.exportedBefore;
  if (transaction?.exportStart === undefined || sample?.exported === undefined) return before;
  return wattHours((before ?? 0) + Math.max(0, sample.exported - transaction.exportStart));
}

/** Since the sample before this one it gave something back. */
export const givesBack = ({ sample: before }: EvseState, { exported }: EvseSample): boolean =>
  exported !== undefined && before?.exported !== undefined && exported > before.exported;

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
  // A meter that does not tell what flows back proves nothing of what is left.
  if (offer === undefined || delivered === undefined || facts.transaction?.exportStart === undefined) return undefined;
  return offer.atPlugIn + delivered - lostWh(facts);
}

const WHOLE_PERCENT = 100;
