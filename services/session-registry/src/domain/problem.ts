import type { SiteProblem } from '@headroom/site-model';

/** Reasons of the registry's own, beside those of the site model. */
type RegistryProblemCode =
  | 'station-in-another-site'
  | 'station-without-evses'
  | 'missing-value'
  | 'unknown-site'
  | 'unknown-evse'
  | 'no-transaction'
  | 'bad-boost'
  | 'bad-station-id'
  | 'bad-override'
  | 'bad-request'
  | 'bad-battery';

/** Why something was refused: a sentence with the numbers, and where, as a JSON pointer. */
export interface Problem {
  readonly code: RegistryProblemCode | SiteProblem['code'];
  readonly detail: string;
  readonly pointer: string;
}

export const problem = (code: Problem['code'], detail: string, pointer = ''): Problem => ({ code, detail, pointer });
