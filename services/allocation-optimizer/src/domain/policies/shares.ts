import { byArrival, inOrderOf } from './order.ts';
import type { Policy } from './policy.ts';

// All of these rise from the start; they differ in how fast. Each rises by its weight faster than it would by itself (KP2).

/** OD2. Who shares equally takes turns for hours: of a quarter of an hour each car would start twice as often, for nothing. */
const TURN_MS = 1_800_000;

/** Equal current for everybody (KP1); where not all can have their minimum they take turns, first come first. */
export const equalShare: Policy = {
  name: 'equal',
  compare: byArrival,
  kernelOf: ({ weight }) => ({ base: 0, weight }),
  keeps: 'minimum',
  turns: 'owed',
  turnMs: TURN_MS,
  looksAtNeeds: false,
  sharedHow: 'shared equally',
};

/** Everybody's minimum, then equal increments (KP3). */
export const equalSurplus: Policy = {
  ...equalShare,
  name: 'equal-surplus',
  kernelOf: ({ min, weight }) => ({ base: min, weight }),
  sharedHow: 'the surplus shared equally',
};

/** All reach their maximum together (KP4). */
export const proportional: Policy = {
  ...equalShare,
  name: 'proportional',
  kernelOf: ({ max, weight }) => ({ base: 0, weight: Math.max(1, max) * weight }),
  keeps: 'entitled',
  sharedHow: 'shared in proportion to what each can take',
};

/** To each what it needs on average until it leaves (KP11); the densest first where not all can run. */
export const density: Policy = {
  name: 'density',
  compare: inOrderOf(({ need }) => -need.meanMilliA),
  kernelOf: ({ need, weight }) => ({ base: 0, weight: need.meanMilliA * weight }),
  keeps: 'entitled',
  turns: 'starving',
  looksAtNeeds: true,
  sharedHow: 'shared by what each needs until it leaves',
};
