import { expect, test } from '@jest/globals';
import type { LadderStep } from '../checkers/decisions.ts';
import { PERSONAS, UNRULY } from './abilities.ts';
import { runSeed } from './run-seed.ts';

const WAIT_MS = 600_000;
const OPTIONS = { seed: 4, hours: 0.25, stations: 4, grid: [], faults: [] } as const;

/** How far the ladder goes against each of them; undefined: what it draws is within what a meter may be off, for the most part. */
const ENDS: readonly (readonly [persona: string, last: LadderStep | undefined])[] = [
  ['H78-holds', 'stop'],
  ['H78-stuck', 'alarm'],
  ['H80', 'forbid'],
  ['H80-tenth', undefined],
];

test('each kind that keeps to no limit has a run below', () => {
  expect(ENDS.map(([persona]) => persona)).toEqual([...UNRULY.keys()]);
});

test.each(ENDS)(
  'H78, H80: a site of stations that are all %s: no conductor carries more than nobody could help, and the ladder goes to %s',
  async (id, last) => {
    const { violations, ladder } = await runSeed({ ...OPTIONS, persona: PERSONAS.get(id) ?? {} });
    expect(violations).toEqual([]);
    if (last === undefined) return;
    const taken = new Map(ladder);
    expect(taken.get(last)).toBeGreaterThan(0);
    // Whom nothing but a restart helps is given up until its car goes.
    expect(taken.get('over')).toBeGreaterThan(0);
  },
  WAIT_MS,
);

test.each([
  ['H32', 'take nothing but what counts from the start of a transaction'],
  ['H83', 'say a unit that they do not take, and whose model is known for it,'],
])(
  '%s: a site of stations that %s is governed as any other',
  async (id) => {
    const { violations, handovers, capacity } = await runSeed({ ...OPTIONS, persona: PERSONAS.get(id) ?? {} });
    expect(violations).toEqual([]);
    expect(handovers).toBeGreaterThan(0);
    expect(capacity.kind).toBe('judged');
  },
  WAIT_MS,
);
