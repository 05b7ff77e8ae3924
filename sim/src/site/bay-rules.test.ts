import { expect, test } from '@jest/globals';
import { planOf } from '../world/field.ts';
import { saysWhoIsFirst } from './bay-rules.ts';

const plans = Array.from({ length: 200 }, (_, i) => planOf(8, i + 1).document);
const ruled = plans.filter(saysWhoIsFirst);

test('about one site of ten says who comes first, in both of its ways, and not of all bays', () => {
  expect(ruled.length).toBeGreaterThan(10);
  expect(ruled.length).toBeLessThan(35);
  const bays = ruled.flatMap(({ spec }) => spec.stations.flatMap(({ evses }) => evses));
  expect(bays.filter(({ accessible }) => accessible === true).length).toBeGreaterThan(10);
  expect(bays.filter(({ sessionRules }) => sessionRules !== undefined).length).toBeGreaterThan(20);
  expect(bays.filter((bay) => bay.accessible === undefined && bay.sessionRules === undefined).length).toBeGreaterThan(
    20,
  );
});

test('of one seed it is the same site always', () => {
  expect(planOf(8, 1).document).toEqual(planOf(8, 1).document);
  expect(saysWhoIsFirst(planOf(8, 1).document)).toBe(true);
  expect(saysWhoIsFirst(planOf(8, 2).document)).toBe(false);
});
