import { expect, test } from '@jest/globals';
import { epochMs, sessionId } from '@headroom/kernel';
import { NOON_MS, planned, question, session } from './test-support/questions.ts';
import { budgetAt, budgetW, missesPlans, PLAN_EVERY_MS, PLAN_MAX_AGE_MS, usablePlan } from './usable-plan.ts';

const { plan } = planned(question({ sessions: [session(1)] }));
const after = (ms: number) => epochMs(NOON_MS + ms);

test.each([
  ['a fresh one', plan, after(0), 1, 'usable'],
  ['one that is just not too old', { ...plan, validUntilMs: after(9e9) }, after(PLAN_MAX_AGE_MS), 1, 'usable'],
  ['one that is too old', { ...plan, validUntilMs: after(9e9) }, after(PLAN_MAX_AGE_MS + 1), 1, 'too-old'],
  ['one that has expired', { ...plan, validUntilMs: after(1_000) }, after(1_000), 1, 'expired'],
  ['one of another site model', plan, after(0), 2, 'other-site-version'],
  ['one that was made later', plan, after(-1), 1, 'from-the-future'],
  ['none', undefined, after(0), 1, 'none'],
] as const)('PR7: %s is used whole or not at all', (...[, one, nowMs, siteVersion, expected]) => {
  const result = usablePlan(one, nowMs, siteVersion);
  expect(result.kind === 'usable' ? result.kind : result.why).toBe(expected);
});

test('PR8: one missed plan is nothing, two are a warning', () => {
  expect([missesPlans(NOON_MS, after(2 * PLAN_EVERY_MS - 1)), missesPlans(NOON_MS, after(2 * PLAN_EVERY_MS))]).toEqual([
    false,
    true,
  ]);
});

test('PR1: the power that uses a budget up by the end of its interval', () => {
  const budget = budgetAt(plan, sessionId('session-1'), after(60_000));
  if (budget === undefined) throw new Error('no budget');
  expect(budget).toMatchObject({ fromMs: NOON_MS, toMs: after(300_000) });
  expect(budgetW(budget, 0, NOON_MS)).toBeCloseTo(budget.energyWh * 12, 6);
  expect(budgetW(budget, budget.energyWh - 10, after(240_000))).toBeCloseTo(600, 6);
  expect(budgetW(budget, budget.energyWh, NOON_MS)).toBe(0);
  expect(budgetW(budget, 0, after(300_000))).toBe(0);
});

test('PR5: a session that came after the plan has no budget, nor has one beyond its hour', () => {
  expect(budgetAt(plan, sessionId('session-9'), NOON_MS)).toBeUndefined();
  expect(budgetAt(plan, sessionId('session-1'), after(3_600_000 * 3))).toBeUndefined();
});
