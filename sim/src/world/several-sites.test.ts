import { expect, test } from '@jest/globals';
import { runSeed } from './run-seed.ts';
import { acknowledgesFirst } from './sabotage.ts';

const SMALL = { hours: 0.26, stations: 6, still: false } as const;
const WAIT_MS = 600_000;

test(
  'three sites on one platform: each is judged by itself, nothing is violated, and a second run leaves the same trace',
  async () => {
    const lines: string[] = [];
    const first = await runSeed({ ...SMALL, seed: 2, sites: 3, read: (line) => void lines.push(line) });
    expect(first.violations).toEqual([]);
    expect(first.sites).toBe(3);
    expect(first.acknowledged).toBeGreaterThan(0);
    expect((await runSeed({ ...SMALL, seed: 2, sites: 3 })).hash).toBe(first.hash);
    expect((await runSeed({ ...SMALL, seed: 2 })).hash).not.toBe(first.hash);
  },
  WAIT_MS,
);

test(
  'a failure names its site, where there are several',
  async () => {
    const options = { ...SMALL, stations: 2, seed: 5, faults: [], sabotage: acknowledgesFirst } as const;
    const { violations } = await runSeed({ ...options, sites: 2 });
    expect(new Set(violations.map(({ siteId }) => siteId))).toEqual(new Set(['load-001', 'site-003']));
    expect((await runSeed({ ...options, endsEarly: true })).violations[0]).not.toHaveProperty('siteId');
  },
  WAIT_MS,
);

test(
  'shards of several sites move one by one, and a member goes on with those it keeps',
  async () => {
    const moved: string[] = [];
    const read = (line: string): void => void (line.includes('moves to another') ? moved.push(line) : undefined);
    const faults = ['shard-move', 'slow-move', 'slow-rpc'] as const;
    const { violations } = await runSeed({ ...SMALL, hours: 0.4, seed: 3, sites: 2, faults, read });
    expect(violations.filter(({ checker }) => checker !== 'capacity')).toEqual([]);
    const shards = new Set(moved.map((line) => / shard (\d+) /u.exec(line)?.[1]));
    expect(shards.size).toBe(2);
  },
  WAIT_MS,
);

test.each(['as-new', 'as-it-is'] as const)(
  'HO-15: a station goes from one site to another while it charges, %s: neither is overloaded, nothing is lost, and it charges at the new one',
  async (moves) => {
    const lines: string[] = [];
    const options = { ...SMALL, hours: 0.3, stations: 5, seed: 2, sites: 2, faults: [], moves } as const;
    const { violations } = await runSeed({ ...options, read: (line) => void lines.push(line) });
    expect(violations).toEqual([]);
    const hungUp = lines.findIndex((line) => line.includes('LD-20002 is hung up at load-001'));
    expect(hungUp).toBeGreaterThan(0);
    expect(lines.slice(hungUp).some((line) => line.includes('LD-20002 is told 6 A for good'))).toBe(true);
    expect(lines.slice(hungUp).some((line) => /LD-20002 is told \S+ A for 120 s/u.test(line))).toBe(true);
  },
  WAIT_MS,
);

test(
  'HO-15: a station that has moved and then forgets all has forgotten at the site where it hangs now (seed 7)',
  async () => {
    const lines: string[] = [];
    const faults = ['dispatcher-crash', 'shard-move', 'late-apply', 'profile-loss'] as const;
    const options = { seed: 7, hours: 0.3, stations: 8, sites: 2, still: false, moves: 'as-it-is', faults } as const;
    const { violations } = await runSeed({ ...options, read: (line) => void lines.push(line) });
    const hungUp = lines.findIndex((line) => line.includes('LD-20004 is hung up at load-001'));
    expect(lines.findIndex((line) => line.includes('LD-20004 forgets everything'))).toBeGreaterThan(hungUp);
    expect(violations).toEqual([]);
  },
  WAIT_MS,
);
