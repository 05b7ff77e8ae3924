import { expect, test } from '@jest/globals';
import type { CapacityChecker } from './capacity.ts';
import { createRegained, REGAINED_WITHIN_MS } from './regained.ts';

const BACK_MS = 100_000;
const FAIR = { isHidden: false, isChanging: false };

/** A site on which 100 A could flow; `usedA`: what flows, by the seconds since the return. */
function judge(usedA: (second: number) => number, nowAt: (second: number) => typeof FAIR = () => FAIR) {
  const sums = { usedA: 0, allowedA: 0 };
  let second = 0;
  const capacity: CapacityChecker = {
    ...{ offered: () => undefined, conclude: () => ({ kind: 'unjudged', why: 'ended before' }) },
    look: () => {
      sums.usedA += usedA(second);
      sums.allowedA += 100;
    },
    sums: () => ({ ...sums }),
  };
  const details: string[] = [];
  const regained = createRegained(capacity, ({ checker, detail }) => void details.push(`${checker}: ${detail}`));
  regained.died(BACK_MS);
  for (second = -60; second < 400; second += 1) regained.look(BACK_MS + second * 1_000, [], [0, 0, 0], nowAt(second));
  return { afterS: regained.conclude(0)?.afterS, details };
}

test('SI30: what the time of the return costs is measured, and after it the room must be used', () => {
  expect(judge((second) => (second < 40 ? 30 : 100))).toEqual({ afterS: 39, details: [] });
  const lastS = REGAINED_WITHIN_MS / 1_000;
  expect(judge((second) => (second < lastS ? 30 : 100)).details).toEqual([]);
  expect(judge((second) => (second < 300 ? 80 : 100)).details).toEqual([
    'capacity: 80.0 % of what the limits allowed flowed, from 120 s after the return of the platform on, over 180 s',
  ]);
  // Before the return nobody is to blame, and the end of the run has a judge of its own.
  expect(judge((second) => (second < 0 || second > 301 ? 0 : 100)).details).toEqual([]);
});

test('a moment of use is no use; and nothing is said where something else is in the way', () => {
  expect(judge((second) => (second % 5 === 0 ? 30 : 100)).afterS).toBeUndefined();
  expect(
    judge(
      () => 30,
      (second) => ({ ...FAIR, isHidden: second < 250 }),
    ).details,
  ).toEqual([]);
  expect(
    judge(
      () => 100,
      (second) => ({ ...FAIR, isHidden: second === 3 }),
    ).afterS,
  ).toBeUndefined();
  expect(
    judge(
      () => 30,
      (second) => ({ ...FAIR, isChanging: second > 130 }),
    ).details,
  ).toEqual([]);
});

test('where nobody died nothing is judged', () => {
  const capacity = { look: () => undefined, sums: () => ({ usedA: 0, allowedA: 1 }) } as unknown as CapacityChecker;
  const regained = createRegained(capacity, () => {
    throw new Error('judged');
  });
  for (let second = 0; second < 400; second += 1) regained.look(second * 1_000, [], [0, 0, 0], FAIR);
  expect(regained.conclude(0)).toBeUndefined();
});
