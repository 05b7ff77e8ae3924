import type { EpochMs } from '@headroom/kernel';
import type { EvseModel, Row, SiteModel } from '@headroom/site-model';
import { heldWh } from '../given-back.ts';
import type { EvseState } from '../site-state.ts';
import type { PlanDischarge, PlanRow, PlanSession } from './question.ts';

const MICRO = 1e6;
const KILO = 1_000;
const PERCENT = 100;
const DECI = 10;

/**
 * What the car at an EVSE may give back by what its driver said and by what its meter shows. Undefined: nothing, for one of them does not say it;
 * and without a departure, or after it, nobody could tell whether it still has what it came for (MD17).
 */
export function dischargeOffered(
  { maxDischarge }: EvseModel,
  facts: EvseState,
  { kwPerAmp, nowMs }: { readonly kwPerAmp: number; readonly nowMs: EpochMs },
): PlanDischarge | undefined {
  const { discharge: offer, departureAtMs } = facts.session?.requested ?? {};
  const held = heldWh(facts);
  if (maxDischarge === undefined || offer === undefined || departureAtMs === undefined) return undefined;
  if (held === undefined || departureAtMs <= nowMs) return undefined;
  return {
    maxKw: (maxDischarge / DECI) * kwPerAmp,
    efficiency: offer.efficiencyPercent / PERCENT,
    wearPerKwh: offer.wearMicroPerKwh / MICRO,
    heldKwh: Math.max(0, held) / KILO,
    keepKwh: offer.keep / KILO,
  };
}

/** MD18: a conductor bears its rating in both directions. Nothing where no car of it gives anything back. */
export function backOf(
  site: SiteModel,
  { circuitId, kind }: Row,
  of: { readonly cars: readonly { readonly session: PlanSession }[]; readonly members: PlanRow['members'] },
): Pick<PlanRow, 'backA'> {
  const rating = kind === 'power' ? undefined : site.circuits.get(circuitId)?.rating[kind];
  const isGiving = of.members.some(({ place }) => of.cars[place]?.session.discharge !== undefined);
  return rating === undefined || !isGiving ? {} : { backA: rating / DECI };
}
