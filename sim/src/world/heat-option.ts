import { rngFor } from '../rng.ts';

/** Whether circuits are derated by their temperature. */
export const HEAT_OPTIONS = ['always', 'none'] as const;
export type HeatOption = (typeof HEAT_OPTIONS)[number];

/** Of seeds, those in which some are (LC2). */
const HOT_SHARE = 1 / 6;

/** By a draw of its own: other seeds stay the runs they are. */
export const isHotIn = (seed: number, heat: HeatOption | undefined): boolean =>
  heat === undefined ? rngFor(seed, 'heat').next() < HOT_SHARE : heat === 'always';
