import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCapacityChecker, type Use } from './capacity.ts';
import { siteFactsOf } from './site-facts.ts';

const EVSES = ['ST-001/1', 'ST-002/1'] as const;

/**
 * Two stations of 6 to 32 A behind 20 A on each conductor. A car that wants all of it stands at the first, which has so much; none at the other.
 *
 * @param fallbackA of both
 */
function failures(fallbackA: number, hasA: number): number {
  const whole = siteFactsOf(demoSite().document);
  const evses = new Map(
    [...whole.evses].flatMap(([evseId, evse]) =>
      EVSES.some((each) => each === evseId) ? [[evseId, { ...evse, fallbackA }] as const] : [],
    ),
  );
  const rows = whole.rows.map((row) => ({
    ...row,
    evses: new Set(EVSES),
    hasBuilding: false,
    limitA: 20 * row.phases.length,
  }));
  let count = 0;
  const checker = createCapacityChecker({ ...whole, evses, rows }, () => (count += 1));
  const uses: readonly Use[] = [
    { evseId: EVSES[0], usedPhases: 3, wantsA: 32, offeredA: hasA, flowA: hasA },
    { evseId: EVSES[1], usedPhases: 3, wantsA: 0, offeredA: fallbackA, flowA: 0 },
  ];
  for (let second = 0; second < 200; second += 1) checker.look(second * 1_000, uses, [0, 0, 0]);
  checker.conclude(0);
  return count;
}

test('capacity: where no car is the permanent limit is kept for the next one, also where that is more than a car needs to start (seed 20089)', () => {
  expect([failures(8, 12), failures(6, 14)]).toEqual([0, 0]);
  // 95 % of 12 A, and of 14 A.
  expect([failures(8, 11.3), failures(6, 12)]).toEqual([1, 1]);
});
