import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { withDcStation } from '../site/dc-site.ts';
import { createCapacityChecker, type Use } from './capacity.ts';
import { siteFactsOf } from './site-facts.ts';

const DC = 'ST-001/1';
/** Leases of 60 s: a limit may count for 150 s after it was lowered. */
const FROM_S = 240;
const NOTHING = [0, 0, 0] as const;

/**
 * Two stations of a site with 36 A for them on each conductor: the first is told 24 A, and then 8 A, for its car takes no more; the other
 * has 12 A and wants 32.
 *
 * @param lowersAtS when the first is told less
 * @param limitA lower than as built, if it is
 */
function failures(
  isDc: boolean,
  {
    lowersAtS,
    sharesEqually = true,
    limitA = 36,
    otherHasA = 12,
  }: { lowersAtS: number; sharesEqually?: boolean; limitA?: number; otherHasA?: number },
): number {
  const plan = isDc ? withDcStation(demoSite(), 0) : demoSite();
  const whole = siteFactsOf(plan.document);
  const two = new Set([DC, 'ST-002/1']);
  const evses = new Map([...whole.evses].filter(([evseId]) => two.has(evseId)));
  const rows = whole.rows.map((row) => ({ ...row, evses: two, hasBuilding: false, limitA: 36 * row.phases.length }));
  let count = 0;
  const limitOf = ({ phases }: { readonly phases: readonly number[] }) => limitA * phases.length;
  const checker = createCapacityChecker({ ...whole, evses, rows }, () => (count += 1), limitOf, { sharesEqually });
  for (let second = 0; second < FROM_S + 140; second += 1) {
    const first: Use = { evseId: DC, usedPhases: 3, wantsA: 6, offeredA: second < lowersAtS ? 24 : 8, flowA: 6 };
    const other: Use = { evseId: 'ST-002/1', usedPhases: 3, wantsA: 32, offeredA: otherHasA, flowA: otherHasA };
    for (const { evseId, offeredA } of [first, other]) checker.offered(second * 1_000, evseId, offeredA);
    if (second >= FROM_S) checker.look(second * 1_000, [first, other], NOTHING);
  }
  checker.conclude(0);
  return count;
}

test.each([true, false])(
  'HO-7 capacity: a DC station may count with what it was told until its lease has ended (equally: %s)',
  (sharesEqually) => {
    expect(failures(true, { lowersAtS: FROM_S, sharesEqually })).toBe(0);
    expect(failures(true, { lowersAtS: FROM_S - 160, sharesEqually })).toBe(1);
    expect(failures(false, { lowersAtS: FROM_S, sharesEqually })).toBe(1);
  },
);

test('HO-7 capacity: below a lowered limit another may have nothing where what a DC station may still count with leaves him less than his minimum', () => {
  const others = { otherHasA: 0, lowersAtS: FROM_S };
  // 24 A and 6 A.
  expect(failures(true, { ...others, limitA: 29 })).toBe(0);
  expect(failures(true, { ...others, limitA: 30 })).toBe(1);
  // 8 A and 6 A, of one that is known to have followed.
  expect(failures(true, { otherHasA: 0, lowersAtS: FROM_S - 160, limitA: 29 })).toBe(1);
  expect(failures(false, { ...others, limitA: 29 })).toBe(1);
});
