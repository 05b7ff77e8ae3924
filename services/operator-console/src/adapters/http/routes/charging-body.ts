import { z } from 'zod';
import type { ChargingWish } from '../../../app/request-charging.ts';
import type { BatteryWish, DischargeWish } from '../../../ports.ts';
import { InstantSchema, instantMs } from '../schemas.ts';

const MAX_KWH = 100_000;
const FULL_PERCENT = 100;
const percent = z.int().min(0).max(FULL_PERCENT);

const DischargeBody = z
  .strictObject({
    heldKwh: z
      .number()
      .min(0)
      .max(MAX_KWH)
      .optional()
      .describe('What is in its battery when it is plugged in. Left out with battery, which says it.'),
    keepKwh: z
      .number()
      .min(0)
      .max(MAX_KWH)
      .optional()
      .describe('Never less than this is in it. Left out with battery.keepPercent.'),
    efficiency: z
      .number()
      .min(0)
      .max(1)
      .describe('Of what leaves the battery, what reaches the supply, 0.5 to 1: both ways together.'),
    wearPerKwh: z.number().min(0).describe('What a kWh that it gives back costs, in the currency of the tariff.'),
  })
  .meta({ id: 'DischargeOffer' });

const BatteryBody = z
  .strictObject({
    sizeKwh: z
      .number()
      .min(1)
      .max(2_000)
      .describe('Usable, from empty to full, as the meter of the station counts it.'),
    atPlugInPercent: percent.optional().describe('What it held when it was plugged in.'),
    atPlugInKwh: z.number().min(0).max(2_000).optional().describe('The same in kWh, in place of atPlugInPercent.'),
    targetPercent: percent.optional().describe('Up to here, in place of energyKwh. Neither: until it is full.'),
    keepPercent: percent.optional().describe('Never less than this is in it, in place of discharge.keepKwh.'),
  })
  .meta({ id: 'Battery', description: 'What a driver knows of the battery of his car. What a station measures wins.' });

export const ChargingBody = z
  .strictObject({
    energyKwh: z.number().min(0).max(MAX_KWH).optional().describe('Left out with battery.targetPercent.'),
    departureAt: InstantSchema.optional(),
    discharge: DischargeBody.optional().describe(
      'What its driver lets the car give back (V2G), as far as it has what it came for in time; needs departureAt. Absent: nothing.',
    ),
    battery: BatteryBody.optional(),
  })
  .superRefine(({ energyKwh, discharge, battery }, { addIssue }) => {
    const refuse = (path: readonly string[], message: string): void =>
      addIssue({ code: 'custom', path: [...path], message });
    if (energyKwh === undefined && battery === undefined)
      refuse(['energyKwh'], 'What its driver wants is missing: say energyKwh, or battery.');
    if (energyKwh === 0 && battery !== undefined)
      refuse(['energyKwh'], 'battery says what its driver wants: leave out an energyKwh of 0.');
    if (discharge === undefined) return;
    if (battery === undefined && discharge.heldKwh === undefined)
      refuse(['discharge', 'heldKwh'], 'What the battery holds is missing: say discharge.heldKwh, or battery.');
    if (battery !== undefined && discharge.heldKwh !== undefined)
      refuse(['discharge', 'heldKwh'], 'battery says what it holds: leave out discharge.heldKwh.');
    const keeps = [discharge.keepKwh, battery?.keepPercent].filter((said) => said !== undefined).length;
    if (keeps === 0)
      refuse(['discharge', 'keepKwh'], 'What is to stay is missing: say keepKwh, or battery.keepPercent.');
    if (keeps === 2)
      refuse(['discharge', 'keepKwh'], 'battery.keepPercent says what is to stay: leave out discharge.keepKwh.');
  })
  .meta({ id: 'ChargingRequest' });

type Said = z.output<typeof ChargingBody>;

/** As the registry is asked. What is unsaid stays unsaid. */
export const chargingWish = ({
  energyKwh,
  departureAt,
  discharge,
  battery,
}: Said): Omit<ChargingWish, 'stationId' | 'evse'> => ({
  ...(energyKwh === undefined ? {} : { energyWh: Math.round(energyKwh * 1_000) }),
  ...(departureAt === undefined ? {} : { departureAtMs: instantMs(departureAt) }),
  ...(discharge === undefined ? {} : { discharge: dischargeWish(discharge) }),
  ...(battery === undefined ? {} : { battery: batteryWish(battery) }),
});

/** What may be taken out rounds down, what must stay in or is paid for it up. What its battery says is 0 here. */
const dischargeWish = ({
  heldKwh = 0,
  keepKwh = 0,
  efficiency,
  wearPerKwh,
}: NonNullable<Said['discharge']>): DischargeWish => ({
  heldWh: wholeDown(heldKwh * 1_000),
  keepWh: Math.ceil(keepKwh * 1_000 - 1e-6),
  efficiencyPercent: wholeDown(efficiency * 100),
  wearMicroPerKwh: Math.ceil(wearPerKwh * 1e6 - 1e-6),
});

const batteryWish = ({ sizeKwh, atPlugInKwh, ...percents }: NonNullable<Said['battery']>): BatteryWish => ({
  ...percents,
  sizeWh: wholeDown(sizeKwh * 1_000),
  atPlugInWh: atPlugInKwh === undefined ? undefined : wholeDown(atPlugInKwh * 1_000),
});

const wholeDown = (value: number): number => Math.floor(value + 1e-6);
