import { expect, test } from '@jest/globals';
import type { Sabotage } from './processes.ts';
import { runSeed } from './run-seed.ts';
import { deafToGrid, saysOnePeriod, silentFrom } from './sabotage.ts';
import type { SeedOptions } from './seed-options.ts';

const WAIT_MS = 600_000;
const MINUTE_MS = 60_000;
const BEGAN_MS = Date.UTC(2026, 0, 12, 9);
/**
 * 27 A a phase for four stations, whose fallbacks are 24 A; no building, so that nothing excuses them. Announced longer ahead
 * than anybody may go on by what he knew before: a decision is valid for a minute, and a lease lasts two.
 */
const EVENT = {
  ...{ circuit: 'panel-a', limitKw: 19 },
  ...{ announcedAtMs: 4 * MINUTE_MS, startMs: 8 * MINUTE_MS, endMs: 12 * MINUTE_MS },
};
const OPTIONS = { hours: 0.3, stations: 8, grid: [EVENT] };
/** Stations that can do everything: those of one period have leases that end where the limit begins. */
const ABLE = { persona: {} } as const;

async function overLimits(options: Partial<SeedOptions> & Pick<SeedOptions, 'seed'>): Promise<readonly string[]> {
  // The longest lease of before the start has ended by then.
  const giveUpAtMs = BEGAN_MS + EVENT.startMs + 3 * MINUTE_MS;
  const { violations } = await runSeed({ ...OPTIONS, faults: [], giveUpAtMs, endsEarly: true, ...options });
  return violations.flatMap(({ checker, atMs, detail }) =>
    checker === 'circuit' || checker === 'flow' ? [`${Math.floor((atMs - BEGAN_MS) / 1_000)} s: ${detail}`] : [],
  );
}

test.each([1, 2])(
  'SI22, SI27: seed %i: with faults of all kinds an announced drop is kept to from its first second, and nothing else is violated',
  async (seed) => {
    expect((await runSeed({ ...OPTIONS, seed })).violations).toEqual([]);
  },
  WAIT_MS,
);

const silent = silentFrom(EVENT.startMs - 30_000);
const silentWith =
  (other: Sabotage): Sabotage =>
  (name, platform) =>
    silent(name, other(name, platform));

test(
  'SI27: with those who decide and send gone half a minute before, stations lower themselves; without a second period they would not',
  async () => {
    expect(await overLimits({ ...ABLE, seed: 2, sabotage: silent })).toEqual([]);
    const found = await overLimits({ ...ABLE, seed: 2, sabotage: silentWith(saysOnePeriod) });
    expect(found).toEqual([expect.stringMatching(/^480 s: panel-a grid at /u)]);
  },
  WAIT_MS,
);

/** What ChargingScheduleMaxPeriods = 1 means: a profile of two periods is refused. */
const SIMPLE = { persona: { maxPeriods: 1 } } as const;

test(
  'SI22, SI27: stations that take no second period keep to the limit from its first second too, with faults of all kinds',
  async () => {
    expect((await runSeed({ ...OPTIONS, ...SIMPLE, seed: 1 })).violations).toEqual([]);
  },
  WAIT_MS,
);

test(
  'SI27: nor do they need anybody alive: their leases end where the limit begins',
  async () => {
    expect(await overLimits({ ...SIMPLE, seed: 1, sabotage: silent })).toEqual([]);
  },
  WAIT_MS,
);

test(
  'a platform that hears nothing of the grid is found by the circuit checker, at the first second',
  async () => {
    expect(await overLimits({ seed: 1, sabotage: deafToGrid })).toEqual([
      expect.stringMatching(/^480 s: panel-a grid at /u),
    ]);
  },
  WAIT_MS,
);
