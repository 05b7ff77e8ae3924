import { type DeciAmps, deciAmps, type Watts, watts } from '@headroom/kernel';

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

const PERCENT_OF_PERCENT = 10_000;

/** Supply of three phases or fewer, each at this voltage to neutral, evenly loaded. */
export interface DcSupply {
  readonly nominalVoltageV: number;
  readonly phases: number;
}

/** What each phase carries at most while so much flows out: rounded up. */
export function dcInputDeciA(dc: DcInput, outputW: number, { nominalVoltageV, phases }: DcSupply): DeciAmps {
  const inputParts = dc.efficiencyPercent * dc.powerFactorPercent * nominalVoltageV * phases;
  return deciAmps(Math.ceil((outputW * 10 * PERCENT_OF_PERCENT) / inputParts));
}

/** What may flow out so that no phase carries more than this: rounded down. The limit that a DC station is to be told. */
export function dcOutputW(dc: DcInput, input: DeciAmps, { nominalVoltageV, phases }: DcSupply): Watts {
  const inputParts = dc.efficiencyPercent * dc.powerFactorPercent * nominalVoltageV * phases;
  return watts(Math.min(dc.outputMaxW, Math.floor((input * inputParts) / (10 * PERCENT_OF_PERCENT))));
}
