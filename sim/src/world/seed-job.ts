import type { GridOption, SeedOptions } from './run-seed.ts';

/** One seed to run, as it crosses to a worker: plain data. */
export interface SeedJob extends Pick<SeedOptions, 'seed' | 'hours' | 'stations' | 'faults' | 'only'> {
  /** Default: by the seed. */
  readonly grid?: GridOption;
  /** Once more, to compare the hashes of both traces. */
  readonly twice: boolean;
}
