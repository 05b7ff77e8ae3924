import type { sessionV1 } from '@headroom/contracts';
import { wattHours } from '@headroom/kernel';
import type { DischargeOffer } from '../../domain/facts.ts';

/** What a driver lets his car give back, as a snapshot keeps it. `dischargeOfferFrom` reads it back, without any loss. */
export const dischargeOfferTo = (offer: DischargeOffer): sessionV1.DischargeOffer => ({
  atPlugInWh: BigInt(offer.atPlugIn),
  keepWh: BigInt(offer.keep),
  efficiencyPercent: offer.efficiencyPercent,
  wearMicroPerKwh: BigInt(offer.wearMicroPerKwh),
});

/** What is no offer in full is none: a driver who was misread gives nothing back. */
export function dischargeOfferFrom(wire: sessionV1.DischargeOffer | undefined): {
  readonly discharge?: DischargeOffer;
} {
  if (wire === undefined) return {};
  const [atPlugIn, keep, wearMicroPerKwh] = [wire.atPlugInWh, wire.keepWh, wire.wearMicroPerKwh].map(Number);
  const { efficiencyPercent } = wire;
  if (!isWhole(atPlugIn) || !isWhole(keep) || !isWhole(wearMicroPerKwh)) return {};
  if (efficiencyPercent < 1 || efficiencyPercent > WHOLE_PERCENT) return {};
  return {
    discharge: { atPlugIn: wattHours(atPlugIn), keep: wattHours(keep), efficiencyPercent, wearMicroPerKwh },
  };
}

const isWhole = (value: number | undefined): value is number => Number.isSafeInteger(value) && (value ?? -1) >= 0;
const WHOLE_PERCENT = 100;
