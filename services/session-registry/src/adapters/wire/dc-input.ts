import type { siteV1 } from '@headroom/contracts';
import type { DcInput } from '@headroom/site-model';

/** What stands between a battery and the supply, of a station or of a cabinet. */
export const dcFrom = ({ outputMaxW, ...percents }: siteV1.DcInput): DcInput => ({
  outputMaxW: Number(outputMaxW),
  efficiencyPercent: percents.efficiencyPercent,
  powerFactorPercent: percents.powerFactorPercent,
});
export const dcTo = ({ outputMaxW, ...percents }: DcInput): siteV1.DcInput => ({
  outputMaxW: BigInt(outputMaxW),
  ...percents,
});
