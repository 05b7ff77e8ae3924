import { expect, test } from '@jest/globals';
import type { FaultClass } from './faults.ts';
import { runSeed } from './run-seed.ts';
import { acknowledgesFirst, forgetsContract, forgetsEpochs } from './sabotage.ts';
import type { SeedOptions } from './seed-options.ts';

const SMALL = { hours: 0.26, stations: 4 } as const;
const WAIT_MS = 600_000;

const checkersOf = async (options: SeedOptions): Promise<readonly string[]> =>
  (await runSeed({ ...options, endsEarly: true })).violations.map(({ checker, detail }) => `${checker}: ${detail}`);

test.each([1, 2])(
  'seed %i: nothing is violated, capacity passes on, and a second run leaves the same trace',
  async (seed) => {
    const first = await runSeed({ ...SMALL, seed });
    expect(first.violations).toEqual([]);
    expect(first.handovers).toBeGreaterThan(0);
    expect(first.acknowledged).toBeGreaterThan(0);
    expect((await runSeed({ ...SMALL, seed })).hash).toBe(first.hash);
  },
  WAIT_MS,
);

test(
  'DS-8 nothing is left behind in the process: seeds A, B, A, and A is as it was',
  async () => {
    const options = { hours: 0.26, stations: 2, faults: ['dispatcher-crash', 'link-loss'] as readonly FaultClass[] };
    const a = (await runSeed({ ...options, seed: 3 })).hash;
    expect((await runSeed({ ...options, seed: 4 })).hash).not.toBe(a);
    expect((await runSeed({ ...options, seed: 3 })).hash).toBe(a);
  },
  WAIT_MS,
);

test(
  'a gateway that answers before the log has it is found by the acknowledged checker',
  async () => {
    const found = await checkersOf({ ...SMALL, stations: 2, seed: 5, faults: [], sabotage: acknowledgesFirst });
    expect(found.some((line) => line.startsWith('acknowledged: '))).toBe(true);
  },
  WAIT_MS,
);

test(
  'a platform that forgets the power contract is found by the circuit checker, without any fault',
  async () => {
    const options = { ...SMALL, stations: 8, faults: [] };
    // A site must be full for it, which not every seed comes to in so short a time.
    for (const seed of [8, 4, 2, 6]) {
      const found = await checkersOf({ ...options, seed, sabotage: forgetsContract });
      if (found.some((line) => line.startsWith('circuit: grid power'))) return;
    }
    throw new Error('no seed found it');
  },
  WAIT_MS,
);

test(
  'a gateway that does not check epochs is found by the fencing checker, one that does is clean on the same seed',
  async () => {
    const faults: readonly FaultClass[] = ['split-brain', 'shard-move', 'slow-move', 'slow-rpc'];
    const options = { hours: 0.6, stations: 8, faults };
    // About every second seed of this kind meets it; which ones changes with the code, so a few may try. First those that do now.
    for (const seed of [8, 9, 6, 10, 4, 5]) {
      const found = await checkersOf({ ...options, seed, sabotage: forgetsEpochs });
      if (!found.some((line) => line.startsWith('fencing: '))) continue;
      // Capacity is judged at the end, and this is a short day.
      expect((await checkersOf({ ...options, seed })).filter((line) => line.startsWith('fencing: '))).toEqual([]);
      return;
    }
    throw new Error('no seed found it');
  },
  WAIT_MS,
);
