import { expect, test } from '@jest/globals';
import { DYNAMIC, FORGETS_OFFLINE, OLD_LEASES } from './abilities.ts';
import { runSeed } from './run-seed.ts';
import type { SeedOptions } from './seed-options.ts';

const WAIT_MS = 600_000;
const SHORT = { hours: 0.3, stations: 6, grid: 'none', still: false } as const;

/** What is used of the capacity beside such stations is another matter. */
async function unsafe(options: SeedOptions): Promise<readonly string[]> {
  const { violations, firings } = await runSeed(options);
  expect(firings.length).toBeGreaterThan(0);
  return violations
    .filter(({ checker }) => checker !== 'capacity')
    .map(({ checker, detail }) => `${checker}: ${detail}`);
}

test(
  'H64, H65, H66, H68, H69: whatever stations answer, and however, nothing is overloaded, lost or counted twice',
  async () => {
    expect(await unsafe({ ...SHORT, seed: 11, persona: {}, faults: ['bad-manners'] })).toEqual([]);
  },
  WAIT_MS,
);

test(
  'H76: beside stations that lose their limits with their lines the others stay low; of a model nobody knows as such, that is seen',
  async () => {
    const options = { ...SHORT, seed: 11, faults: ['link-loss'] } as const;
    expect(await unsafe({ ...options, persona: FORGETS_OFFLINE })).toEqual([]);
    const { identity: _, ...unknown } = FORGETS_OFFLINE;
    const found = await unsafe({ ...options, persona: unknown });
    expect(found.filter((line) => line.startsWith('circuit: '))).not.toEqual([]);
  },
  WAIT_MS,
);

test(
  'K28: limits that are told alone, by updates of 2.1, are as safe as others, whatever is lost, late or forgotten',
  async () => {
    const said: string[] = [];
    const faults = [
      'lost-answer',
      'late-apply',
      'dispatcher-crash',
      'shard-move',
      'station-reboot',
      'link-loss',
    ] as const;
    const options = { ...SHORT, seed: 12, faults, read: (line: string) => void said.push(line) };
    expect(await unsafe({ ...options, persona: DYNAMIC })).toEqual([]);
    expect(said.filter((line) => line.endsWith(' A as before')).length).toBeGreaterThan(10);
  },
  WAIT_MS,
);

test(
  'H78: stations that obey an old limit to the end of its lease, whatever they accept since, are counted with it, and no conductor is overloaded',
  async () => {
    const faults = ['lost-answer', 'cut-answer', 'dispatcher-crash', 'shard-move', 'link-loss', 'slow-rpc'] as const;
    expect(await unsafe({ ...SHORT, seed: 13, faults, grid: 'always', persona: OLD_LEASES })).toEqual([]);
  },
  WAIT_MS,
);
