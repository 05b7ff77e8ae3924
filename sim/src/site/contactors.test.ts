import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { sparesContactors, withContactors, withFewClosings } from './contactors.ts';

const PLAN = demoSite();
const SEEDS = Array.from({ length: 1_000 }, (_, i) => i + 1);

test('about one seed of 25 spares its contactors; all others are the runs they were', () => {
  const plans = SEEDS.map((seed) => withContactors(PLAN, seed));
  const spared = plans.filter(({ document }) => sparesContactors(document));
  expect(spared.length).toBeGreaterThan(20);
  expect(spared.length).toBeLessThan(60);
  for (const plan of plans) if (!sparesContactors(plan.document)) expect(plan).toBe(PLAN);
});

test('each of its bays says one to three closings an hour, the same for the same seed', () => {
  const plan = withFewClosings(PLAN, 7);
  expect(withFewClosings(PLAN, 7)).toEqual(plan);
  const most = plan.document.spec.stations.flatMap(({ evses }) =>
    evses.map(({ switching }) => switching?.mostClosingsAnHour),
  );
  expect(new Set(most)).toEqual(new Set([1, 2, 3]));
});
