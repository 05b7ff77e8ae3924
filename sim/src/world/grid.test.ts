import { expect, test } from '@jest/globals';
import { runSeed, type SeedOptions } from './run-seed.ts';
import { deafToGrid, silentFrom } from './sabotage.ts';

const WAIT_MS = 300_000;
const MINUTE_MS = 60_000;
/**
 * Four stations share a panel of 24 A a phase beyond this limit, with their fallbacks at 24 A: no building, so that nothing excuses
 * them. Announced longer ahead than anybody may go on by what he knew (a decision is valid for a minute, a lease lasts two).
 */
const EVENT = {
  ...{ circuit: 'panel-a', limitKw: 19 },
  ...{ announcedAtMs: 5 * MINUTE_MS, startMs: 11 * MINUTE_MS, endMs: 15 * MINUTE_MS },
};
const OPTIONS = { hours: 0.45, stations: 8, grid: EVENT } as const;

const gridViolations = async (options: SeedOptions): Promise<readonly string[]> =>
  (await runSeed({ ...options, endsEarly: true })).violations.map(({ checker, detail }) => `${checker}: ${detail}`);

test.each([1, 2, 3])(
  'SI22, SI27: seed %i: with faults of all kinds an announced drop is kept to from its first second, and nothing else is violated',
  async (seed) => {
    const { violations } = await runSeed({ ...OPTIONS, seed });
    expect(violations).toEqual([]);
  },
  WAIT_MS,
);

test(
  'SI27: with those who decide and send gone before it begins, stations lower themselves in time',
  async () => {
    const sabotage = silentFrom(EVENT.startMs - 30_000);
    const circuits = (lines: readonly string[]) => lines.filter((line) => /^(circuit|flow): /u.test(line));
    for (const seed of [4, 5]) {
      expect(circuits(await gridViolations({ ...OPTIONS, seed, faults: [], sabotage }))).toEqual([]);
    }
  },
  WAIT_MS,
);

test(
  'a platform that hears nothing of the grid is found by the circuit checker',
  async () => {
    for (const seed of [1, 2, 4]) {
      const found = await gridViolations({ ...OPTIONS, seed, faults: [], sabotage: deafToGrid });
      if (found.some((line) => line.startsWith('circuit: panel-a grid'))) return;
    }
    throw new Error('no seed found it');
  },
  WAIT_MS,
);
