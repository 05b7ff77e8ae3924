import { expect, test } from '@jest/globals';
import { epochMs, sessionId } from '@headroom/kernel';
import { horizonOf } from './horizon.ts';
import type { KeptPlan } from './kept-plan.ts';
import { lastPowersOf } from './last-plan.ts';
import { budgetsOf, PLAN_VALID_MS } from './plan.ts';
import { HOUR_MS, NOON_MS, planned, question, session } from './test-support/questions.ts';

const MINUTE_MS = 60_000;

/** What the fast loop keeps of a plan that was made at noon. */
function kept(change: Partial<KeptPlan> = {}): KeptPlan {
  const { plan } = planned(question({ sessions: [session(1, { needKwh: 6, maxKw: 8 })] }));
  const { createdAtMs, validUntilMs, siteVersion, mode, intervals, sessions, envelope } = plan;
  const hour = envelope.filter(({ fromMs }) => fromMs < NOON_MS + HOUR_MS);
  return {
    ...{ epoch: 1n, seq: 1n, siteVersion, createdAtMs, validUntilMs, mode, deliveredWh: new Map() },
    ...{ budgets: budgetsOf(intervals, sessions, createdAtMs), envelope: hour },
    ...change,
  };
}
const at = (afterMs: number, plan = kept(), siteVersion = 1) => {
  const nowMs = epochMs(NOON_MS + afterMs);
  const intervals = horizonOf(nowMs, epochMs(nowMs + 2 * HOUR_MS));
  return lastPowersOf(plan, { intervals, nowMs, siteVersion })(sessionId('session-1'));
};

test('PO5: what the plan before gave is told by interval of the next one, as far as its budgets go', () => {
  // 8 kW for three quarters of an hour, and nothing in the last.
  const whole = [8, 8, 8, 8, 8, 8, 8, 8, 8, 0, 0, 0];
  const close = (powers: readonly number[]) => powers.map((kw) => expect.closeTo(kw, 1));
  expect(at(0)).toEqual(close(whole));
  expect(at(5 * MINUTE_MS)).toEqual(close(whole.slice(1)));
  // The first interval is shorter then, and its power the same.
  expect(at(7 * MINUTE_MS)).toEqual(close(whole.slice(1)));
});

test('a plan that is not followed any more keeps nobody near, and neither does one in which a car has no budget', () => {
  expect(at(PLAN_VALID_MS)).toBeUndefined();
  expect(at(0, kept(), 2)).toBeUndefined();
  expect(at(-MINUTE_MS)).toBeUndefined();
  expect(at(0, kept({ budgets: new Map() }))).toBeUndefined();
  expect(at(0, kept({ envelope: [] }))).toBeUndefined();
  const nowMs = epochMs(NOON_MS);
  expect(lastPowersOf(undefined, { intervals: [], nowMs, siteVersion: 1 })(sessionId('session-1'))).toBeUndefined();
});
