import { expect, test } from '@jest/globals';
import { partAt } from '../checkers/derated-rows.ts';
import { BUSY } from '../world/pace.ts';
import { planOf } from '../world/field.ts';
import { swingOf, withDerating } from './derated-site.ts';

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);
const plansOf = (stations: number) => SEEDS.map((seed) => withDerating(planOf(stations, seed, BUSY), seed));

test('LC2: some circuit of each site is derated, now one and now all of them, by sensors of their own or by one', () => {
  const sites = plansOf(8).map(({ document }) => document.spec.circuits.flatMap(({ derating }) => derating ?? []));
  for (const derated of sites) expect(derated.length).toBeGreaterThan(0);
  expect(new Set(sites.map(({ length }) => length))).toEqual(new Set([1, 2, 3]));
  expect(sites.some((each) => each.length > 1 && new Set(each.map(({ sensor }) => sensor)).size === 1)).toBe(true);
  expect(sites.some((each) => each.length > 1 && new Set(each.map(({ sensor }) => sensor)).size > 1)).toBe(true);
});

test('LC2: at its hottest a circuit bears all permanent limits beside the building, and a temperature comes to all of its steps', () => {
  for (const stations of [1, 2, 3, 8, 24]) {
    for (const { document } of plansOf(stations)) {
      const { circuits, stations: all, meters } = document.spec;
      for (const { name, parent, ratingPerPhaseA, derating } of circuits) {
        if (derating === undefined) continue;
        const { steps, risesAtMostC } = derating;
        expect(steps.every(({ percent }) => percent >= 10 && percent <= 99)).toBe(true);
        expect(steps[1]?.percent).toBeLessThan(steps[0]?.percent ?? 0);
        const behind = parent === undefined ? all : all.filter(({ circuit }) => circuit === name);
        const restA = behind.reduce((sum, { evses }) => sum + (evses[0]?.fallbackA ?? 0), 0);
        const worstA = parent === undefined ? (meters[0]?.worstCasePerPhaseA ?? 0) : 0;
        expect(Math.floor(ratingPerPhaseA * partAt(derating, 100) * 10) / 10).toBeGreaterThanOrEqual(restA + worstA);
        const [coldestC, hottestC] = swingOf(derating);
        expect(partAt(derating, coldestC + risesAtMostC)).toBe(1);
        expect(partAt(derating, hottestC)).toBe(partAt(derating, 100));
      }
    }
  }
});
