import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCapacityChecker, type Use } from './capacity.ts';
import { siteFactsOf } from './site-facts.ts';

const HELD = 'ST-001';
const NOTHING = [0, 0, 0] as const;

/** Two stations of 6 to 32 A on so many amperes: one is held back for a stranger's profile, and the other has nothing. */
function failures(limitA: number, isHeldBack: boolean): number {
  const whole = siteFactsOf(demoSite().document);
  const two = new Set([`${HELD}/1`, 'ST-002/1']);
  const evses = new Map([...whole.evses].filter(([evseId]) => two.has(evseId)));
  const rows = whole.rows.map((row) => ({
    ...{ ...row, evses: two, hasBuilding: false },
    limitA: limitA * row.phases.length,
  }));
  let count = 0;
  const checker = createCapacityChecker({ ...whole, evses, rows }, () => (count += 1), undefined, {
    isHeldBack: (stationId) => isHeldBack && stationId === HELD,
  });
  const [held, other]: readonly Use[] = [
    { evseId: `${HELD}/1`, usedPhases: 3, wantsA: 6, offeredA: 6, flowA: 6 },
    { evseId: 'ST-002/1', usedPhases: 3, wantsA: 32, offeredA: 0, flowA: 0 },
  ];
  for (let second = 0; second < 200; second += 1) {
    if (held !== undefined && other !== undefined) checker.look(second * 1_000, [held, other], NOTHING);
  }
  checker.conclude(0);
  return count;
}

test('capacity: beside one that counts with its maximum others may have nothing where not even their fallbacks fit, and only there', () => {
  expect([failures(37, true), failures(38, true), failures(37, false)]).toEqual([0, 1, 1]);
});
