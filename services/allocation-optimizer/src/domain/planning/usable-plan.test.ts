import { expect, test } from '@jest/globals';
import { epochMs, sessionId } from '@headroom/kernel';
import { NOON_MS, planned, question, session } from './test-support/questions.ts';
import { isNewerPlan, type KeptPlan } from './kept-plan.ts';
import {
  backlogWh,
  budgetAt,
  budgetW,
  type Delivered,
  missesPlans,
  PLAN_EVERY_MS,
  PLAN_MAX_AGE_MS,
  usablePlan,
} from './usable-plan.ts';

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

/** 600 Wh in the first five minutes, 1,200 in the next, none after that; it had 5,000 Wh when that was planned. */
const ONE = sessionId('session-1');
const kept: KeptPlan = {
  ...{ epoch: 1n, seq: 1n, siteVersion: 1, createdAtMs: NOON_MS, validUntilMs: after(600_000), mode: 'energy' },
  budgets: new Map([
    [
      ONE,
      [
        { fromMs: NOON_MS, toMs: after(300_000), energyWh: 600 },
        { fromMs: after(300_000), toMs: after(600_000), energyWh: 1_200 },
      ],
    ],
  ]),
  deliveredWh: new Map([[ONE, 5_000]]),
  envelope: [],
};
const had = (energyWh: number, ms: number) => ({ energyWh, asOfMs: after(ms) });

test('PR1: the power that uses a budget up by the end of its interval', () => {
  const watts = (ms: number, delivered?: Delivered) => budgetW(kept, ONE, { delivered, nowMs: after(ms) });
  // Nobody knows what it had: as planned.
  expect([watts(0), watts(299_999), watts(300_000)]).toEqual([7_200, 7_200, 14_400]);
  // On its plan, as of a sample in the middle of the interval.
  expect(watts(180_000, had(5_300, 150_000))).toBe(7_200);
  // 200 Wh behind, with two minutes left.
  expect(watts(180_000, had(5_100, 150_000))).toBe(7_200 + 200 * 30);
  // Before the end they are not spread over less than a minute.
  expect(watts(299_000, had(5_100, 150_000))).toBe(7_200 + 200 * 60);
  // It had more than all of it.
  expect(watts(180_000, had(6_000, 150_000))).toBe(0);
  expect(watts(600_000, had(5_000, 150_000))).toBe(0);
});

test('what is less than a step beside the plan moves nothing, and neither does time alone', () => {
  expect([5_201, 5_300, 5_399].map((wh) => backlogWh(kept, ONE, had(wh, 150_000)))).toEqual([0, 0, 0]);
  expect([5_200, 5_400].map((wh) => backlogWh(kept, ONE, had(wh, 150_000)))).toEqual([100, -100]);
  expect(backlogWh(kept, ONE, undefined)).toBe(0);
  expect(backlogWh({ ...kept, deliveredWh: new Map() }, ONE, had(9_000, 0))).toBe(0);
});

test('of two plans the higher number of the higher epoch is the newer', () => {
  const newer = (epoch: bigint, seq: bigint) => isNewerPlan({ epoch, seq }, { epoch: 2n, seq: 5n });
  expect([newer(2n, 5n), newer(2n, 6n), newer(3n, 1n), newer(1n, 9n)]).toEqual([false, true, true, false]);
});

test('PR5: a session that came after the plan has no budget, nor has one beyond its hour', () => {
  expect(budgetAt(plan, sessionId('session-9'), NOON_MS)).toBeUndefined();
  expect(budgetAt(plan, sessionId('session-1'), after(3_600_000 * 3))).toBeUndefined();
});
