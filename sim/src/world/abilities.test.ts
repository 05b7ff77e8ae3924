import { expect, test } from '@jest/globals';
import { OBEDIENT } from '../station/persona.ts';
import { ABILITIES, ableAs, PERSONAS } from './abilities.ts';
import { runSeed } from './run-seed.ts';

const WAIT_MS = 600_000;
const OPTIONS = { seed: 4, hours: 0.25, stations: 4, grid: [] };

/** What is leased for ever is each one's own part of what is left at rest: nobody has it from another one (SI28). */
const KEEP_THEIR_PART = ['H89'];
/** By their own word they let more flow than they were told: each counts with its maximum, and nobody has anything to hand over (SI5). */
const COUNT_WITH_MAXIMUM = ['H87-doubled'];
const STAYS_PUT: ReadonlySet<string> = new Set([...KEEP_THEIR_PART, ...COUNT_WITH_MAXIMUM]);

test.each([...ABILITIES])(
  'a site of stations that are all %s is governed as any other: nothing is violated, and capacity moves, or what is leased stays in its parts, or everybody counts with its maximum',
  async (id, persona) => {
    const { violations, handovers } = await runSeed({ ...OPTIONS, faults: [], persona });
    expect(violations).toEqual([]);
    if (STAYS_PUT.has(id)) expect(handovers).toBe(0);
    else expect(handovers).toBeGreaterThan(0);
  },
  WAIT_MS,
);

test('H87: stations that are known to say twice what they have are governed as any other: they are not asked', async () => {
  const persona = PERSONAS.get('H87-known');
  if (persona === undefined) throw new Error('there is no such persona');
  const { violations, handovers } = await runSeed({ ...OPTIONS, faults: [], persona });
  expect(violations).toEqual([]);
  expect(handovers).toBeGreaterThan(0);
});

test('half of the stations can do everything, the others share what there is of lesser ones', () => {
  const drawn = Array.from({ length: 1_000 }, (_, i) => ableAs(i / 1_000));
  expect(drawn.filter((able) => Object.keys(able).length === 0)).toHaveLength(500);
  for (const able of ABILITIES.values()) expect(drawn.filter((each) => each === able).length).toBeGreaterThan(25);
  for (const { identity = OBEDIENT.identity } of ABILITIES.values()) expect(identity.vendor).toBe('Headroom');
});
