import type { registryV1, sessionV1 } from '@headroom/contracts';
import type { RequestWords } from '../../domain/battery-words.ts';
import type { SaidBattery } from '../../domain/session.ts';

/** What a driver said of his battery, as headroom.session.v1.SaidBattery. */
export const saidBatteryTo = ({ sizeWh, atPlugInWh }: SaidBattery): sessionV1.SaidBattery => ({
  sizeWh: BigInt(sizeWh),
  atPlugInWh: BigInt(atPlugInWh),
});

/** As somebody sent it; whether it can be is judged by `requestOfWords`. */
export const batteryWordsFrom = (wire: registryV1.BatteryWords | undefined): Pick<RequestWords, 'battery'> => {
  if (wire === undefined) return {};
  const { sizeWh, atPlugInPercent, atPlugInWh, targetPercent, keepPercent } = wire;
  const held = atPlugInWh === undefined ? undefined : Number(atPlugInWh);
  return { battery: { sizeWh: Number(sizeWh), atPlugInPercent, atPlugInWh: held, targetPercent, keepPercent } };
};
