import { expect, test } from '@jest/globals';
import type { GoldenCar } from './golden-visits.ts';
import { createTiers } from './tiers.ts';

const session = (bay: number) => ({ bay, arriveMin: 0, departMin: 60, needKwh: 1 });
const car = (bay: number): GoldenCar =>
  ({ session: session(bay), needWh: 1_000, outputPart: 1, arriveMs: 0, departMs: 1 }) as unknown as GoldenCar;
/** Bay 0 is of the first tier, 1 of the second, both on L1; bay 2 is of the second, on L2. */
const OF = {
  tierOf: ({ bay }: { readonly bay: number }) => (bay === 0 ? undefined : 2),
  phasesOf: ({ bay }: { readonly bay: number }) => [bay === 2 ? 'L2' : 'L1'],
};
const now = (flowA: number, wantsA = 32) => ({ watts: 0, flowA, wantsA, offeredA: flowA });

test.each([
  ['it has the least while a later one on its conductor has more', 6, { bay: 1, hasA: 16 }, 20],
  ['it has the least, and so has the later one', 6, { bay: 1, hasA: 6 }, 0],
  ['the later one hangs on another conductor', 6, { bay: 2, hasA: 16 }, 0],
  ['it has all that it wants', 32, { bay: 1, hasA: 16 }, 0],
] as const)('a car of the first tier is passed over or not: %s', (_what, hasA, other, seconds) => {
  const tiers = createTiers(OF);
  const [first, later] = [car(0), car(other.bay)];
  for (let s = 0; s <= 20; s += 1)
    tiers.look(
      s * 1_000,
      new Map([
        [first, now(hasA)],
        [later, now(other.hasA)],
      ]),
    );
  tiers.left(first, 0, 0.1);
  tiers.left(later, 3, 0.1);
  expect(tiers.conclude()).toEqual([
    { tier: 1, sessions: 1, ready: 1, missingKwh: 0, passedOverS: seconds, longestS: seconds },
    { tier: 2, sessions: 1, ready: 0, missingKwh: 3, passedOverS: 0, longestS: 0 },
  ]);
});
