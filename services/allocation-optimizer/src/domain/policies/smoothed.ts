import { LEVEL_PARTS } from '../levels.ts';
import { inOrderOf } from './order.ts';
import type { Contender, Policy } from './policy.ts';

/** KP9: permille of charge over which a session goes from 0 to its maximum. */
const SOC_WINDOW_PERMILLE = 100;
/**
 * KP10: seconds of laxity over which it does. The narrower it is the sooner those who wait come level with those who charge, and then all of
 * them have less than a minimum and take turns.
 */
const LAXITY_WINDOW_S = 7_200;
/** OD7: who charges is taken to be more urgent by this, while it is preferred. */
const ON_BONUS_S = 2_400;

const urgencyS = ({ need, turn }: Contender): number => need.laxityS - (turn?.isPreferred === true ? ON_BONUS_S : 0);

/** Evens out the states of charge instead of ranking them (KP9): batteries that come level charge side by side. */
export const smoothedSoc: Policy = {
  name: 'smoothed-soc',
  compare: inOrderOf(({ need }) => need.socPermille),
  kernelOf: ({ need, max, weight }) => ({
    base: 0,
    weight: Math.max(1, max) * weight,
    from: Math.floor((need.socPermille * LEVEL_PARTS) / SOC_WINDOW_PERMILLE),
  }),
  keeps: 'entitled',
  turns: 'starving',
  looksAtNeeds: true,
  sharedHow: 'shared so that batteries come level',
};

/** Evens out laxities (KP10): whoever can wait least gets most, and nobody changes places from one moment to the next. */
export const smoothedLaxity: Policy = {
  name: 'smoothed-laxity',
  compare: inOrderOf(urgencyS),
  kernelOf: (contender) => ({
    base: 0,
    weight: Math.max(1, contender.max) * contender.weight,
    from: Math.floor((urgencyS(contender) * LEVEL_PARTS) / LAXITY_WINDOW_S),
  }),
  keeps: 'entitled',
  turns: 'starving',
  looksAtNeeds: true,
  followsPlan: true,
  sharedHow: 'shared by how long each can wait',
};
