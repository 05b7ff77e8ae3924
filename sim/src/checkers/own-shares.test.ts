import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { type CapacityOptions, createCapacityChecker } from './capacity.ts';
import { createOwnShares, LEAST_OWN_SECONDS } from './own-shares.ts';
import { siteFactsOf } from './site-facts.ts';

const NOTHING = [0, 0, 0] as const;

/** Two stations of 6 to 32 A on 40 A, whose cars take all that they are offered. */
function told(offeredA: readonly [number, number], options: CapacityOptions = {}): readonly string[] {
  const whole = siteFactsOf(demoSite().document);
  const [one, other] = ['ST-001/1', 'ST-002/1'];
  const two = new Set([one, other]);
  const evses = new Map([...whole.evses].filter(([evseId]) => two.has(evseId)));
  const rows = whole.rows.map((row) => ({
    ...{ ...row, evses: two, hasBuilding: false },
    limitA: 40 * row.phases.length,
  }));
  const details: string[] = [];
  const checker = createCapacityChecker(
    { ...whole, evses, rows },
    ({ detail }) => void details.push(detail),
    undefined,
    options,
  );
  const useOf = (evseId: string, amps: number) => {
    return { evseId, usedPhases: 3, wantsA: 32, offeredA: amps, flowA: amps };
  };
  for (let second = 0; second < 200; second += 1) {
    checker.look(second * 1_000, [useOf(one, offeredA[0]), useOf(other, offeredA[1])], NOTHING);
  }
  checker.conclude(200_000);
  return details;
}

test('capacity: room that is used, and all by one car, is not shared: each is held against its own share', () => {
  expect(told([20, 20])).toEqual([]);
  expect(told([22, 18])).toEqual([]);
  expect(told([30, 10])).toEqual(['50.0 % of the share of ST-002/1 flowed there, over 200 s']);
  // 80 % of the room is told alone.
  expect(told([32, 0])).toEqual(['80.0 % of what the limits allowed flowed, over 200 s']);
});

test('capacity: where shares are not equal nobody has a share of his own', () => {
  expect(told([30, 10], { sharesEqually: false })).toEqual([]);
});

test('capacity: a share is that of all the time that a car has wanted more, and two minutes are the least', () => {
  const details: string[] = [];
  const shares = createOwnShares();
  const during = (seconds: number, takenA: number, evseId = 'a'): void => {
    for (let second = 0; second < seconds; second += 1) shares.look(evseId, takenA, 10);
  };
  during(LEAST_OWN_SECONDS / 2, 12);
  during(LEAST_OWN_SECONDS / 2, 3);
  during(LEAST_OWN_SECONDS - 1, 0, 'b');
  during(LEAST_OWN_SECONDS, 8.5, 'c');
  shares.look('a', 0, 0);
  shares.conclude((detail) => void details.push(detail));
  expect(details).toEqual(['75.0 % of the share of a flowed there, over 120 s']);
});
