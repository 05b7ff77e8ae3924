import { type DeciAmps, type Watts, watts } from '@headroom/kernel';

/**
 * A limit in watts is a current only at some voltage. What counts is the current at the lowest one that a supply may have for hours:
 * 10 % below its nominal (EN 50160). Percent of it.
 */
export const LOWEST_VOLTAGE_PERCENT = 90;
/** The highest one of the same kind: there watts are the fewest amperes. Percent of the nominal. */
export const HIGHEST_VOLTAGE_PERCENT = 110;

const DECI = 10;
const PERCENT = 100;

/** What may flow so that no conductor carries more than this, also when all of it flows through a single one: rounded down. */
export const wattsOfOnePhase = (limit: DeciAmps, nominalVoltageV: number): Watts =>
  watts(Math.floor((limit * nominalVoltageV * LOWEST_VOLTAGE_PERCENT) / (DECI * PERCENT)));
