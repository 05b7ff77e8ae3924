import { type DeciAmps, deciAmps, type Watts, watts } from '@headroom/kernel';
import { LOWEST_VOLTAGE_PERCENT } from './lowest-voltage.ts';

/**
 * What stands between a battery and the supply, as its operator states it (MD12): the lowest efficiency and the lowest power factor at
 * which it is used. Both in percent, whole.
 */
export interface DcInput {
  /** The most that flows out of it. */
  readonly outputMaxW: number;
  readonly efficiencyPercent: number;
  readonly powerFactorPercent: number;
}

/** Three numbers in percent make a millionth, and an ampere is ten deci-amps: a tenth of both sides, so that they stay exact. */
const PARTS = 1_000_000;
const TENTH_OF_VOLTAGE_PERCENT = LOWEST_VOLTAGE_PERCENT / 10;

/** Supply of three phases or fewer, each at this voltage to neutral, evenly loaded. */
export interface DcSupply {
  readonly nominalVoltageV: number;
  readonly phases: number;
}

/** At the lowest voltage: a rectifier takes as much power from it as from any other, so its current is the highest there. */
const inputParts = (dc: DcInput, { nominalVoltageV, phases }: DcSupply): number =>
  dc.efficiencyPercent * dc.powerFactorPercent * TENTH_OF_VOLTAGE_PERCENT * nominalVoltageV * phases;

/** What each phase carries at most while so much flows out: rounded up. */
export const dcInputDeciA = (dc: DcInput, outputW: number, supply: DcSupply): DeciAmps =>
  deciAmps(Math.ceil((outputW * PARTS) / inputParts(dc, supply)));

/** What may flow out so that no phase carries more than this: rounded down. The limit that a DC station is told. */
export const dcOutputW = (dc: DcInput, input: DeciAmps, supply: DcSupply): Watts =>
  watts(Math.min(dc.outputMaxW, Math.floor((input * inputParts(dc, supply)) / PARTS)));
