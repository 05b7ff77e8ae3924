import { PERSONAS } from './abilities.ts';
import type { GridOption } from './grid-option.ts';
import type { SeedOptions } from './seed-options.ts';
import { sitesOf } from './sites.ts';

/** One seed to run, as it crosses to a worker: plain data. */
export interface SeedJob
  extends Pick<SeedOptions, 'seed' | 'hours' | 'stations' | 'faults' | 'only' | 'share' | 'exportLimitKw'> {
  /** Default: by the seed. */
  readonly grid?: GridOption;
  /** Name of a kind of station (`PERSONAS`): all are so. Default: as the seed says. */
  readonly persona?: string;
  /** Sites of the platform. Default: by the seed. */
  readonly sites?: number;
  /** Once more, to compare the hashes of both traces. */
  readonly twice: boolean;
}

export const seedOptionsOf = ({ persona, ...options }: Omit<SeedJob, 'twice'>): SeedOptions => ({
  ...options,
  sites: options.sites ?? sitesOf(options.seed),
  ...(persona === undefined ? {} : { persona: PERSONAS.get(persona) ?? {} }),
});
