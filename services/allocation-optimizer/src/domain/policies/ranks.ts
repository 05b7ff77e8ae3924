import { LEVEL_PARTS } from '../levels.ts';
import { byArrival, inOrderOf } from './order.ts';
import type { Policy } from './policy.ts';

// One after the other, whatever the weights: a window of one level for each place, and a free one between, so that nobody rises before the one before him is
// at his maximum or in a full row.

const strictly: Pick<Policy, 'kernelOf' | 'ignoresWeights' | 'keeps' | 'turns' | 'looksAtNeeds'> = {
  kernelOf: ({ min, max }, place) => ({
    base: min,
    weight: Math.max(1, max - min),
    from: 2 * place * LEVEL_PARTS,
  }),
  ignoresWeights: true,
  keeps: 'entitled',
  turns: 'starving',
  looksAtNeeds: true,
};

/** First come, first served (KP5): a queue, in which the last one waits until somebody before him leaves or is full. */
export const firstCome: Policy = {
  ...strictly,
  name: 'first-come',
  turns: 'nobody',
  compare: byArrival,
  looksAtNeeds: false,
  sharedHow: 'shared in the order of arrival',
};

/** Whoever leaves first (KP6). */
export const earliestDeparture: Policy = {
  ...strictly,
  name: 'earliest-departure',
  compare: inOrderOf(({ need }) => need.departureAtMs),
  sharedHow: 'shared in the order of departure',
};

/** Whoever can wait least (KP7). It chatters: places change when laxities meet. `smoothed-laxity` does not. */
export const leastLaxity: Policy = {
  ...strictly,
  name: 'least-laxity',
  compare: inOrderOf(({ need }) => need.laxityS),
  sharedHow: 'shared by who can wait least',
};

/** The emptiest battery (KP8). */
export const lowestSoc: Policy = {
  ...strictly,
  name: 'lowest-soc',
  compare: inOrderOf(({ need }) => need.socPermille),
  sharedHow: 'shared from the emptiest battery on',
};
