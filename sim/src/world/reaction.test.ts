import { expect, test } from '@jest/globals';
import type { CausedExcess } from '../checkers/excess.ts';
import { runSeed } from './run-seed.ts';

/** T17: what docs/safety.md states of a platform that is alive. */
const REACTS_WITHIN_S = 10;
/** Which seeds meet it changes with the code, so a few may try. */
const SEEDS = [2, 1, 4, 3, 5, 6];

test('SI21, T17: a building that rises beyond its word is answered within 10 s by a platform that is alive', async () => {
  const excess: CausedExcess[] = [];
  for (const seed of SEEDS) {
    const run = await runSeed({ seed, hours: 0.32, stations: 4, faults: ['word-broken'], grid: 'none' });
    expect(run.violations).toEqual([]);
    excess.push(...run.excess);
    if (run.excess.some(({ cause }) => cause === 'load')) break;
  }
  expect(excess.map(({ cause }) => cause)).toContain('load');
  // Of a limit below the fallbacks nothing can be expected.
  const answered = excess.filter(({ cause }) => cause !== 'fallbacks');
  expect(Math.max(...answered.map(({ longestS }) => longestS))).toBeLessThanOrEqual(REACTS_WITHIN_S);
}, 240_000);
