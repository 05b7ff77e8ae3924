import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCapacityChecker, type Use } from './capacity.ts';
import { siteFactsOf } from './site-facts.ts';

const UNKNOWN = 'ST-001';
const NOTHING = [0, 0, 0] as const;
const FROM_S = 240;

interface Offers {
  readonly firstHasA: (second: number) => number;
  readonly otherHasA: number;
  readonly otherWantsA?: number;
  readonly untilS?: number;
}

/**
 * Two stations of a site with 36 A for them on each conductor, whose cars would take 32 A each, if not said otherwise. The first is of a model of which nobody tells.
 *
 * @param untilS so long nobody can know whether its leases end
 */
function failures({ firstHasA, otherHasA, otherWantsA = 32, untilS = Number.POSITIVE_INFINITY }: Offers): number {
  const whole = siteFactsOf(demoSite().document);
  const two = new Set([`${UNKNOWN}/1`, 'ST-002/1']);
  const evses = new Map([...whole.evses].filter(([evseId]) => two.has(evseId)));
  const rows = whole.rows.map((row) => ({ ...row, evses: two, hasBuilding: false, limitA: 36 * row.phases.length }));
  let count = 0;
  let atS = 0;
  const checker = createCapacityChecker({ ...whole, evses, rows }, () => (count += 1), undefined, {
    isUnproven: (stationId) => stationId === UNKNOWN && atS < untilS,
  });
  for (; atS < FROM_S + 140; atS += 1) {
    const first = firstHasA(atS);
    const both: readonly Use[] = [
      { evseId: `${UNKNOWN}/1`, usedPhases: 3, wantsA: 32, offeredA: first, flowA: first },
      { evseId: 'ST-002/1', usedPhases: 3, wantsA: otherWantsA, offeredA: otherHasA, flowA: otherHasA },
    ];
    for (const { evseId, offeredA } of both) checker.offered(atS * 1_000, evseId, offeredA);
    if (atS >= FROM_S) checker.look(atS * 1_000, both, NOTHING);
  }
  checker.conclude(0);
  return count;
}

/** It is let come down to 6 A for half a minute in each two, to see its lease end. */
const watched = (second: number): number => (second % 120 < 40 ? 6 : 14);

test('SI28 capacity: an unknown model has what fits at rest, less while it is watched, and nobody has that room', () => {
  expect(failures({ firstHasA: () => 14, otherHasA: 22 })).toBe(0);
  expect(failures({ firstHasA: watched, otherHasA: 22 })).toBe(0);
  // The other one takes no more, and there would be 28 A for it.
  expect(failures({ firstHasA: () => 14, otherHasA: 8, otherWantsA: 8.5 })).toBe(0);
});

test('SI28 capacity: once it could be known the same is found', () => {
  expect(failures({ firstHasA: () => 6, otherHasA: 22, untilS: 0 })).toBe(1);
  expect(failures({ firstHasA: watched, otherHasA: 22, untilS: FROM_S })).toBe(1);
  expect(failures({ firstHasA: () => 14, otherHasA: 8, otherWantsA: 8.5, untilS: 0 })).toBe(1);
});

test('SI28 capacity: beside an unknown model others are to have all that it never had', () => {
  expect(failures({ firstHasA: watched, otherHasA: 18 })).toBe(1);
  expect(failures({ firstHasA: () => 6, otherHasA: 22 })).toBe(1);
});
