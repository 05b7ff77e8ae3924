import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCapacityChecker, type Use } from './capacity.ts';
import { siteFactsOf } from './site-facts.ts';

const EVSES = ['ST-001/1', 'ST-002/1'] as const;
const NOTHING = [0, 0, 0] as const;
const RATING_A = 60;

/** Two stations of 6 to 32 A behind rows that are lowered to so many amperes a phase; both want 32 A, and have these. */
function judge(loweredA: number, hasA: readonly [number, number]) {
  const whole = siteFactsOf(demoSite().document);
  const evses = new Map([...whole.evses].filter(([evseId]) => EVSES.some((each) => each === evseId)));
  const ids = new Set(EVSES);
  const rows = whole.rows.map((row) => ({
    ...row,
    evses: ids,
    hasBuilding: false,
    limitA: RATING_A * row.phases.length,
  }));
  let violations = 0;
  const limitOf = ({ phases }: { readonly phases: readonly number[] }) => loweredA * phases.length;
  const checker = createCapacityChecker({ ...whole, evses, rows }, () => (violations += 1), limitOf);
  const uses = EVSES.map((evseId, place): Use => {
    const amps = hasA[place] ?? 0;
    return { evseId, usedPhases: 3, wantsA: 32, offeredA: amps, flowA: amps };
  });
  for (let second = 0; second < 200; second += 1) checker.look(second * 1_000, uses, NOTHING);
  return { kind: checker.conclude(0).kind, violations };
}

test('capacity: below a limit that leaves hardly more than the minima it is judged that nothing is left over, and not who has it', () => {
  expect(judge(15, [9, 6])).toEqual({ kind: 'judged', violations: 0 });
  expect(judge(15, [6, 6])).toEqual({ kind: 'judged', violations: 1 });
  // With more room shares are equal.
  expect(judge(30, [22, 6]).violations).toBe(1);
});

test('capacity: below a limit that leaves not even the minima to all, nothing is said', () => {
  expect(judge(11, [6, 0])).toEqual({ kind: 'unjudged', violations: 0 });
  expect(judge(12, [6, 0])).toEqual({ kind: 'judged', violations: 1 });
});
