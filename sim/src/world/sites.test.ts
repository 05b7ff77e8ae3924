import { expect, test } from '@jest/globals';
import { BUSY } from './pace.ts';
import { planOf } from './field.ts';
import { MAX_SITES, plannedSites, sitesOf } from './sites.ts';

const OPTIONS = { pace: BUSY, share: 'equal' } as const;
const idsOf = (sites: ReturnType<typeof plannedSites>): readonly string[] =>
  sites.flatMap(({ plan }) => plan.stations.map(({ stationId }) => stationId));

test('one site alone is the plan that a seed had before there could be several', () => {
  for (const stations of [1, 8, 24]) {
    const [first, ...others] = plannedSites({ ...OPTIONS, seed: 7, stations, sites: 1 });
    expect(others).toEqual([]);
    expect(first).toMatchObject({ number: 1, seed: 7, plan: planOf(stations, 7, BUSY, 'equal') });
  }
});

test('several sites share the stations of a seed; none has a name, a station or a shard of another, save the last of three', () => {
  let shared = 0;
  for (let seed = 1; seed <= 40; seed += 1) {
    const sites = plannedSites({ ...OPTIONS, seed, stations: 8, sites: 3 });
    expect(sites.map(({ plan }) => plan.stations.length)).toEqual([3, 3, 2]);
    expect(new Set(sites.map(({ plan }) => plan.siteId)).size).toBe(3);
    expect(new Set(idsOf(sites)).size).toBe(8);
    for (const { plan } of sites) {
      expect(plan.document.metadata.name).toBe(plan.siteId);
      expect(plan.document.spec.stations.map(({ id }) => id)).toEqual(plan.stations.map(({ stationId }) => stationId));
    }
    const [first, second, third] = sites.map(({ shard }) => shard);
    expect(second).not.toBe(first);
    expect(third).not.toBe(second);
    if (third === first) shared += 1;
  }
  // Half of them, drawn.
  expect(shared).toBeGreaterThan(10);
  expect(shared).toBeLessThan(30);
});

test('what is left to chance at one site is not what is left to chance at the next', () => {
  const draws = plannedSites({ ...OPTIONS, seed: 3, stations: 6, sites: 3 }).map(({ chance }) =>
    chance.draw('jump', 'building', 1),
  );
  expect(new Set(draws).size).toBe(3);
});

test('a fifth of the seeds has two sites and a twentieth three; of fewer stations than sites each has one', () => {
  const counts = [0, 0, 0, 0];
  for (let seed = 1; seed <= 4_000; seed += 1) counts[sitesOf(seed)] = (counts[sitesOf(seed)] ?? 0) + 1;
  const [, one = 0, two = 0, three = 0] = counts.map((count) => count / 4_000);
  expect(one + two + three).toBeCloseTo(1);
  expect(Math.abs(two - 0.2)).toBeLessThan(0.03);
  expect(Math.abs(three - 0.05)).toBeLessThan(0.02);
  expect(plannedSites({ ...OPTIONS, seed: 1, stations: 2, sites: MAX_SITES }).length).toBe(2);
});
