import type { OnDays } from './synthetic.ts';

/** What `docs/optimum.json` holds. */
export interface Published {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly days: readonly OnDays[];
}
