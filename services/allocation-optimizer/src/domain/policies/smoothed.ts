import { LEVEL_PARTS } from '../levels.ts';
import { inOrderOf } from './order.ts';
import type { Policy } from './policy.ts';

/** KP9: permille of charge over which a session goes from 0 to its maximum. */
const SOC_WINDOW_PERMILLE = 100;
/** KP10: seconds of laxity over which it does. */
export const LAXITY_WINDOW_S = 300;

/** Evens out the states of charge instead of ranking them (KP9): batteries that come level charge side by side. */
export const smoothedSoc: Policy = {
  name: 'smoothed-soc',
  compare: inOrderOf(({ need }) => need.socPermille),
  kernelOf: ({ need, max }) => ({
    base: 0,
    weight: Math.max(1, max),
    from: Math.floor((need.socPermille * LEVEL_PARTS) / SOC_WINDOW_PERMILLE),
  }),
  admission: 'entitled',
  looksAtNeeds: true,
  sharedHow: 'shared so that batteries come level',
};

/** Evens out laxities (KP10): whoever can wait least gets most, and nobody changes places from one moment to the next. */
export const smoothedLaxity: Policy = {
  name: 'smoothed-laxity',
  compare: inOrderOf(({ need }) => need.laxityS),
  kernelOf: ({ need, max }) => ({
    base: 0,
    weight: Math.max(1, max),
    from: Math.floor((need.laxityS * LEVEL_PARTS) / LAXITY_WINDOW_S),
  }),
  admission: 'entitled',
  looksAtNeeds: true,
  followsPlan: true,
  sharedHow: 'shared by how long each can wait',
};
