import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCapacityChecker } from './capacity.ts';
import { createRests } from './rests.ts';
import { siteFactsOf } from './site-facts.ts';

const EVSE = 'ST-001/1';

/** The car charges for 10 s, has nothing from then on, and is looked at each second. */
function paused({ wantsA = 20 } = {}) {
  const rests = createRests();
  for (let second = 0; second < 10; second += 1) rests.look(second * 1_000, EVSE, 8, 20);
  rests.look(10_000, EVSE, 0, wantsA);
  return rests;
}

test('OD3: who charged and had to stop rests for 300 s, and for 25 s what he may have then is on its way', () => {
  const rests = paused();
  for (let second = 11; second < 400; second += 1) {
    rests.look(second * 1_000, EVSE, 0, 20);
    expect(rests.isResting(second * 1_000, EVSE)).toBe(second < 10 + 325);
  }
});

test('OD3: who was never offered anything does not rest, nor who is offered something again, nor the next car', () => {
  const rests = createRests();
  rests.look(0, EVSE, 0, 20);
  rests.look(1_000, EVSE, 0, 20);
  expect(rests.isResting(1_000, EVSE)).toBe(false);

  const again = paused();
  expect(again.isResting(11_000, EVSE)).toBe(true);
  again.look(11_000, EVSE, 6, 20);
  expect(again.isResting(11_000, EVSE)).toBe(false);

  const left = paused({ wantsA: 0 });
  expect(left.isResting(11_000, EVSE)).toBe(false);
  left.look(12_000, EVSE, 0, 20);
  expect(left.isResting(12_000, EVSE)).toBe(false);
});

const NOTHING = [0, 0, 0] as const;

/** Two cars that would take 32 A each behind 24 A: the first has this, the other what is left beside its fallback of 6 A. */
function failures(firstHasA: (second: number) => number): number {
  const whole = siteFactsOf(demoSite().document);
  const two = new Set([EVSE, 'ST-002/1']);
  const evses = new Map([...whole.evses].filter(([evseId]) => two.has(evseId)));
  const rows = whole.rows.map((row) => ({ ...row, evses: two, hasBuilding: false, limitA: 24 * row.phases.length }));
  let count = 0;
  const checker = createCapacityChecker({ ...whole, evses, rows }, () => (count += 1));
  for (let second = 0; second < 260; second += 1) {
    const [first, other] = [firstHasA(second), 24 - Math.max(6, firstHasA(second))];
    const uses = [
      { evseId: EVSE, usedPhases: 3, wantsA: 32, offeredA: first, flowA: first },
      { evseId: 'ST-002/1', usedPhases: 3, wantsA: 32, offeredA: other, flowA: other },
    ];
    for (const { evseId, offeredA, wantsA } of uses) checker.offered(second * 1_000, evseId, offeredA, wantsA);
    if (second >= 60) checker.look(second * 1_000, uses, NOTHING);
  }
  checker.conclude(0);
  return count;
}

test('OD3 capacity: of who rests nothing is asked, and what is held for him is not there for others; of who never charged it is', () => {
  expect(failures((second) => (second < 30 ? 12 : 0))).toBe(0);
  expect(failures(() => 0)).toBe(1);
});
