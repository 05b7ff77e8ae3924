import { rngFor } from '../rng.ts';
import { PERSONAS } from './abilities.ts';
import type { GridOption } from './grid-option.ts';
import { type HeatOption, isHotIn } from './heat-option.ts';
import type { SeedOptions } from './seed-options.ts';
import { sitesOf } from './sites.ts';

/** One seed to run, as it crosses to a worker: plain data. */
export interface SeedJob
  extends Pick<SeedOptions, 'seed' | 'hours' | 'stations' | 'faults' | 'only' | 'share' | 'exportLimitKw' | 'golden'> {
  /** Default: by the seed. */
  readonly grid?: GridOption;
  /** Default: by the seed. */
  readonly heat?: HeatOption;
  /** Name of a kind of station (`PERSONAS`): all are so. Default: as the seed says. */
  readonly persona?: string;
  /** Sites of the platform. Default: by the seed. */
  readonly sites?: number;
  /** Once more, to compare the hashes of both traces. */
  readonly twice: boolean;
}

export const seedOptionsOf = ({ persona, heat, ...options }: Omit<SeedJob, 'twice'>): SeedOptions =>
  options.golden === undefined
    ? {
        ...options,
        sites: options.sites ?? sitesOf(options.seed),
        ...movesOf(options),
        isHot: isHotIn(options.seed, heat),
        ...(persona === undefined && options.share === undefined ? givingOf(options) : {}),
        ...(persona === undefined ? {} : { persona: PERSONAS.get(persona) ?? {} }),
      }
    : // Its stations do as they should, unless somebody says otherwise, and no utility asks for anything.
      { ...options, sites: 1, grid: options.grid ?? 'none', persona: PERSONAS.get(persona ?? '') ?? {} };

/** Of seeds with several sites, those in which a station goes from the second to the first; and of these, those in which it comes as new. */
const [MOVING_SHARE, NEW_SHARE] = [0.3, 0.5];

/** By a draw of its own, as below. */
function movesOf({ seed, sites = sitesOf(seed) }: Pick<SeedJob, 'seed' | 'sites'>): Pick<SeedOptions, 'moves'> {
  const draw = rngFor(seed, 'moves to another site').next() / MOVING_SHARE;
  return sites < 2 || draw >= 1 ? {} : { moves: draw < NEW_SHARE ? 'as-new' : 'as-it-is' };
}

/** Of seeds, those in which cars may give back; and of these the ones from which nothing may flow out. */
const [GIVING_SHARE, INSIDE_SHARE] = [0.04, 0.7];
const OUTSIDE_KW = 5;

/** By a draw of its own: other seeds stay the runs they are. */
function givingOf({ seed, exportLimitKw }: Pick<SeedJob, 'seed' | 'exportLimitKw'>): Pick<SeedJob, 'exportLimitKw'> {
  if (exportLimitKw !== undefined) return {};
  const draw = rngFor(seed, 'gives back').next() / GIVING_SHARE;
  return draw >= 1 ? {} : { exportLimitKw: draw < INSIDE_SHARE ? 0 : OUTSIDE_KW };
}
