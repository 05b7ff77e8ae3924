import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCapacityChecker, type Use } from './capacity.ts';
import { siteFactsOf } from './site-facts.ts';

const EVSES = ['ST-001/1', 'ST-002/1'] as const;
const NOTHING = [0, 0, 0] as const;
const RATING_A = 60;

/** Two stations of 6 to 32 A behind rows of this rating that are lowered to so many amperes a phase; both want 32 A, and have these. */
function judge(
  loweredA: number,
  hasA: readonly [number, number],
  { passes = 1, ratingA = RATING_A, fallbackA = 6 } = {},
) {
  const whole = siteFactsOf(demoSite().document);
  const two = [...whole.evses].filter(([evseId]) => EVSES.some((each) => each === evseId));
  const evses = new Map(two.map(([evseId, evse]) => [evseId, { ...evse, fallbackA }]));
  const ids = new Set(EVSES);
  const rows = whole.rows.map((row) => ({
    ...row,
    evses: ids,
    hasBuilding: false,
    limitA: ratingA * row.phases.length,
  }));
  let violations = 0;
  const limitOf = ({ phases }: { readonly phases: readonly number[] }) => loweredA * phases.length;
  const checker = createCapacityChecker({ ...whole, evses, rows }, () => (violations += 1), limitOf, {
    passes: () => passes,
  });
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

test('capacity, H82: a car at a station that is told watts starts with no less than that one phase may bear, so a limit below that leaves it nothing', () => {
  expect(judge(13, [0, 0], { passes: 0.9 })).toEqual({ kind: 'unjudged', violations: 0 });
  expect(judge(13, [0, 0])).toEqual({ kind: 'judged', violations: 1 });
  expect(judge(14, [0, 0], { passes: 0.9 })).toEqual({ kind: 'judged', violations: 1 });
});

test('capacity, H82: where not even a car that is alone could start, by the rating itself, nothing is asked for it', () => {
  const judgeRated = (ratingA: number, passes: number) => judge(ratingA, [0, 0], { passes, ratingA });
  expect(judgeRated(6, 0.9)).toEqual({ kind: 'unjudged', violations: 0 });
  expect(judgeRated(7, 0.9)).toEqual({ kind: 'judged', violations: 1 });
  expect(judgeRated(6, 1)).toEqual({ kind: 'judged', violations: 1 });
});

test('capacity: below a limit that leaves not even the minima to all, nothing is said', () => {
  expect(judge(11, [6, 0])).toEqual({ kind: 'unjudged', violations: 0 });
  expect(judge(12, [6, 0])).toEqual({ kind: 'judged', violations: 1 });
});

test('capacity: of a rating that has no room for the minima of all who want to, nothing is left over, and who has nothing is not asked for', () => {
  const judgeRated = (ratingA: number, hasA: readonly [number, number], fallbackA = 4) =>
    judge(ratingA, hasA, { ratingA, fallbackA }).violations;
  // Beside the 4 A that are held for who has nothing.
  expect(judgeRated(11.9, [7.9, 0])).toBe(0);
  expect(judgeRated(11.9, [6.5, 0])).toBe(1);
  // What would be held for him does not fit either.
  expect(judgeRated(11.9, [6, 0], 6)).toBe(0);
  // Both have room for what they need.
  expect(judgeRated(12, [9, 0])).toBe(1);
  // Nobody charges: one of them could.
  expect(judgeRated(11.9, [0, 0])).toBe(1);
});
