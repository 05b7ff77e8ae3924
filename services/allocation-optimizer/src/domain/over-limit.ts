import type { UsedRow } from '@headroom/site-model';

/** Which limits stations at their worst and other load together are above: what a conductor bears, or a limit of power. */
export interface OverLimits {
  readonly rating: boolean;
  /** A contract, an override, what the grid asks for: over for some seconds after it was lowered, as a decrease is under way. */
  readonly power: boolean;
}

/** @param rows as they hold now, not those that a decision looks ahead to */
export const overLimits = (rows: readonly UsedRow[]): OverLimits => {
  const over = rows.filter(({ usedDeciA, limitDeciA }) => usedDeciA > limitDeciA);
  return { rating: over.some(({ kind }) => kind !== 'power'), power: over.some(({ kind }) => kind === 'power') };
};
