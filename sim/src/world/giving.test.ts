import { expect, test } from '@jest/globals';
import type { FaultClass } from './faults.ts';
import { runSeed } from './run-seed.ts';
import type { SeedOptions } from './seed-options.ts';

/** Against what hangs: others may have the processor first. */
const WAIT_MS = 600_000;

const SITE = { hours: 0.4, stations: 8, share: 'smoothed-laxity', still: false } as const;
const run = (seed: number, more: Partial<SeedOptions> = {}) => runSeed({ ...SITE, seed, exportLimitKw: 0, ...more });
const CALM = { faults: [], grid: 'none' } as const;

test(
  'MD17, MD18, Q08: from the document, the wish of a driver and a plan to the battery: cars feed the building, and no battery comes below what stays in it (seed 2)',
  async () => {
    const { given, violations } = await run(2, CALM);
    expect(violations).toEqual([]);
    expect(given.wh).toBeGreaterThan(500);
  },
  WAIT_MS,
);

test.each([
  ['everything dies', 3, ['platform-death']],
  ['dispatchers die, and two own the site', 11, ['dispatcher-crash', 'split-brain', 'shard-move']],
] as const)(
  'SI3, HO-8: what flows back is counted, ends with its lease and overloads nothing, where %s (seed %i)',
  async (_what, seed, faults: readonly FaultClass[]) => {
    const { given, violations } = await run(seed, { faults });
    expect(violations).toEqual([]);
    expect(given.wh).toBeGreaterThan(300);
  },
  WAIT_MS,
);
