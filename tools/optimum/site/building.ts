import { diceOf } from '../generate/dice.ts';
import type { DayKind } from '../generate/session.ts';
import { SLOT_MIN } from './slotted.ts';

interface Shape {
  /** Of the limit of the site, at the peak. */
  readonly peakShare: number;
  readonly peakMin: number;
}
/** BG8; a depot has the site to itself. */
const SHAPES: Readonly<Record<DayKind, Shape>> = {
  workplace: { peakShare: 0.35, peakMin: 660 },
  residential: { peakShare: 0.35, peakMin: 1_140 },
  hub: { peakShare: 0.05, peakMin: 840 },
  depot: { peakShare: 0, peakMin: 0 },
};
/** Interpretation: at night it takes so much of its peak, and it is a bell around it. */
const NIGHT = 0.4;
const WIDTH_MIN = 240;
const NOISE = 0.1;
const STEPS = 3;
const STEP = 0.15;
/** Interpretation: so long a machine runs. */
const STEP_MIN = 60;
/** Whatever noise and steps come to, so much of the limit is left to cars. */
export const MOST_SHARE = 0.8;
const DAY_MIN = 1_440;

/** The other load of a site in each slot, as a share of its limit (BG8): the same of the same seed. */
export function buildingShares(kind: DayKind, seed: number, slots: number): Float64Array {
  const { peakShare, peakMin } = SHAPES[kind];
  // Its own chance: the cars of a day are the same with and without a building.
  const dice = diceOf(seed ^ 0x5bd1e995);
  const steps = Array.from({ length: STEPS }, () => dice.between(0, DAY_MIN - STEP_MIN));
  return Float64Array.from({ length: slots }, (_, slot) => {
    const atMin = (slot * SLOT_MIN) % DAY_MIN;
    const awayMin = Math.min(Math.abs(atMin - peakMin), DAY_MIN - Math.abs(atMin - peakMin));
    const bell = NIGHT + (1 - NIGHT) * Math.exp(-((awayMin / WIDTH_MIN) ** 2));
    const running = steps.filter((fromMin) => atMin >= fromMin && atMin < fromMin + STEP_MIN).length;
    const level = bell * (1 + dice.normal(0, NOISE)) + running * STEP;
    return Math.min(MOST_SHARE, Math.max(0, peakShare * level));
  });
}
