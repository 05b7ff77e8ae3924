import { expect, test } from '@jest/globals';
import { rngFor } from '../rng.ts';
import type { PhaseTriple } from './circuits.ts';
import { createOtherLoad } from './other-load.ts';

test('SI21 of each phase counts what its operator said, and all of a rise once everybody could react', () => {
  const load = createOtherLoad({ risesA: 2, reactsWithinMs: 10_000 });
  expect(load.look(0, [3, 2, 1])).toEqual([3, 2, 1]);
  expect(load.look(1_000, [9, 8, 7])).toEqual([5, 4, 3]);
  expect(load.look(5_000, [9, 1, 7])).toEqual([5, 1, 3]);
  expect(load.look(10_999, [9, 8, 7])).toEqual([5, 3, 3]);
  expect(load.look(11_000, [9, 8, 7])).toEqual([9, 3, 7]);
  expect(load.look(20_999, [9, 8, 7])).toEqual([9, 8, 7]);
});

test('SI21 what counts is found anew once the least that was kept is too old to count', () => {
  const rng = rngFor(1, 'loads');
  const load = createOtherLoad({ risesA: 2, reactsWithinMs: 5_000 });
  const seen: PhaseTriple[] = [];
  for (let second = 0; second < 300; second += 1) {
    const now: PhaseTriple = [rng.next() * 20, rng.next() * 20, rng.next() * 20];
    seen.push(now);
    const kept = seen.slice(-6);
    const phase = (at: 0 | 1 | 2): number => Math.min(now[at], Math.min(...kept.map((each) => each[at])) + 2);
    expect(load.look(second * 1_000, now)).toEqual([phase(0), phase(1), phase(2)]);
  }
});
