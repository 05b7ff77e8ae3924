import type { sessionV1 } from '@headroom/contracts';
import type { ChargingRequest, DischargeOffer } from '../../domain/session.ts';

/** What a driver lets his car give back, as headroom.session.v1.DischargeOffer. */
export const dischargeTo = (offer: DischargeOffer): sessionV1.DischargeOffer => ({
  atPlugInWh: BigInt(offer.atPlugInWh),
  keepWh: BigInt(offer.keepWh),
  efficiencyPercent: offer.efficiencyPercent,
  wearMicroPerKwh: BigInt(offer.wearMicroPerKwh),
});

/** As somebody sent it; whether it can be is judged by `checkRequest`. */
export const dischargeFrom = (wire: sessionV1.DischargeOffer | undefined): Pick<ChargingRequest, 'discharge'> =>
  wire === undefined
    ? {}
    : {
        discharge: {
          atPlugInWh: Number(wire.atPlugInWh),
          keepWh: Number(wire.keepWh),
          efficiencyPercent: wire.efficiencyPercent,
          wearMicroPerKwh: Number(wire.wearMicroPerKwh),
        },
      };
