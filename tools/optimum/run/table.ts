import type { BenchRow } from '@headroom/testing';
import { CAUSAL, type Summary } from './compare.ts';

const PERCENT = 100;
const tenth = (value: number): string => value.toFixed(1);

/** A row of the comparison. Texts with one digit each: what a hundredth more would mean is lost in the chance of the seeds. */
export const rowOf = ({ policy, mean, worstOfBound }: Summary): BenchRow => ({
  policy,
  'of optimum %': tenth(mean.ofBound * PERCENT),
  'worst day %': tenth(worstOfBound * PERCENT),
  Jain: mean.jain.toFixed(2),
  'p5 session %': tenth(mean.fifthPercentile * PERCENT),
  'below 10 %': tenth(mean.starved),
  // A bound of continuous currents starts nobody.
  starts: policy === CAUSAL ? '' : tenth(mean.startsPerSession),
  'over min': mean.overMin.toFixed(0),
});

export const TABLE_NOTES: readonly string[] = [
  'Of optimum: delivered energy by what the best possible allocator delivers that knows all arrivals and has no minimum (U1); p5 session: the share of what it could take that the session gets which is worse off than 95 of 100.',
  'Over min: minutes with an offer beyond a limit; only no control at all has any.',
];
