import type { sessionV1 } from '@headroom/contracts';
import { wattHours } from '@headroom/kernel';
import type { SaidBattery } from '../../domain/facts.ts';

/** What a driver said of his battery, as a snapshot keeps it. `saidBatteryFrom` reads it back, without any loss. */
export const saidBatteryTo = ({ size, atPlugIn }: SaidBattery): sessionV1.SaidBattery => ({
  sizeWh: BigInt(size),
  atPlugInWh: BigInt(atPlugIn),
});

/** What can be no battery is none: a driver who was misread has said nothing. */
export function saidBatteryFrom(wire: sessionV1.SaidBattery | undefined): { readonly battery?: SaidBattery } {
  if (wire === undefined) return {};
  const [size, atPlugIn] = [Number(wire.sizeWh), Number(wire.atPlugInWh)];
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(atPlugIn)) return {};
  return size < 1 || atPlugIn < 0 || atPlugIn > size
    ? {}
    : { battery: { size: wattHours(size), atPlugIn: wattHours(atPlugIn) } };
}
