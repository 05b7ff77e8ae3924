export type TariffProblemCode =
  | 'missing'
  | 'unknown-key'
  | 'invalid'
  | 'too-large'
  | 'bad-currency'
  | 'bad-timezone'
  | 'bad-amount'
  | 'bad-time'
  | 'bad-date'
  | 'bad-validity'
  | 'duplicate'
  | 'season-gap'
  | 'season-overlap'
  | 'day-gap'
  | 'day-overlap'
  | 'unknown-period'
  | 'unused-period'
  | 'unknown-season';

/** Why a tariff is refused. */
export interface TariffProblem {
  readonly code: TariffProblemCode;
  /** One sentence with the numbers. */
  readonly detail: string;
  /** Where in the document, as a JSON pointer; empty: the whole. */
  readonly pointer: string;
}

/** No more problems than these are listed: whoever has this many mends some and tries again. */
export const MAX_PROBLEMS = 100;
