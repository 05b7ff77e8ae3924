/**
 * How a limit of an EVSE counts in a row. A coefficient is a whole number of 1/1024, so that it is exact in binary, like its product
 * with a current and every sum of such products: nothing is lost or gained by rounding but what is rounded up here, on purpose.
 */
const PARTS = 1_024;

/** One conductor carries what the limit says. */
export const ONE_FOLD = PARTS;

/** Percent of a rating that may be loaded for hours: 10 to 100. */
export const MIN_CONTINUOUS_PERCENT = 10;
export const WHOLE_PERCENT = 100;

/**
 * @param parts of 1/1024 of the limit that flow there
 * @param continuousPercent of the rating that what charges may take (LC1): it counts for as much more, up to the next part
 */
export const coefficient = (parts: number, continuousPercent = WHOLE_PERCENT): number =>
  Math.ceil((parts * WHOLE_PERCENT) / continuousPercent) / PARTS;

/** What a current takes of a row, deci-amps: up to the next whole one. */
export const weighed = (factor: number, current: number): number => Math.ceil(factor * current);
