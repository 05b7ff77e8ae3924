import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assuredKwOf } from './assured.ts';
import { objectionTo } from './check-schedule.ts';
import { planProgram } from './plan-program.ts';
import { hoursOf, type PlanQuestion } from './question.ts';
import type { Schedule } from './schedule.ts';
import { ruledQuestions, withoutRules } from './test-support/random-questions.ts';
import { planned, sum } from './test-support/questions.ts';

const RUNS = { numRuns: 80 };

test('PT18: with rules of bays a plan is proven level by level, and the checker accepts it; without them it would refuse some', () => {
  let refused = 0;
  fc.assert(
    fc.property(ruledQuestions, (asked) => {
      const { plan, schedule } = planned(asked);
      expect(objectionTo(asked, schedule)).toBeUndefined();
      for (const { gap } of plan.objectives) expect(Math.abs(gap)).toBeLessThanOrEqual(1e-6);
      refused += Number(objectionTo(asked, planned(withoutRules(asked)).schedule) !== undefined);
    }),
    RUNS,
  );
  expect(refused).toBeGreaterThan(10);
});

/** Of all, by weight: what they miss, where nobody is of another tier. */
const missingKwh = ({ sessions }: PlanQuestion, { shortfallKwh }: Schedule): number =>
  sum(sessions.map(({ weight }, n) => weight * (shortfallKwh[n] ?? 0)));

test('C61, C70: others miss no more than if what is assured were taken from their conductors, and its cars had no more than that', () => {
  let compared = 0;
  fc.assert(
    fc.property(ruledQuestions, (any) => {
      const asked: PlanQuestion = {
        ...any,
        ...{ battery: undefined, importLimitKw: any.intervals.map(() => 1_000) },
        askedLimitKw: any.intervals.map(() => Infinity),
        sessions: any.sessions.map(({ discharge: _, ...one }) => ({ ...one, tier: 1 })),
      };
      const assuredKw = assuredKwOf(asked);
      const takenBy = (n: number): readonly number[] => assuredKw[n] ?? asked.intervals.map(() => 0);
      const others: PlanQuestion = {
        ...asked,
        sessions: asked.sessions.map(({ assured, ...one }) => (assured === undefined ? one : { ...one, needKwh: 0 })),
        rows: asked.rows.map((row) => ({
          ...row,
          roomA: row.roomA.map(
            (roomA, t) => roomA - sum(row.members.map(({ place, ampsPerKw }) => (takenBy(place)[t] ?? 0) * ampsPerKw)),
          ),
        })),
      };
      const alone = sum(
        asked.sessions.map(({ assured, weight, needKwh, efficiency }, n) => {
          const has = sum(asked.intervals.map((interval, t) => (takenBy(n)[t] ?? 0) * hoursOf(interval) * efficiency));
          return assured === undefined ? 0 : weight * (needKwh - has);
        }),
      );
      const ours = missingKwh(asked, planned(asked).schedule);
      expect(ours).toBeLessThanOrEqual(missingKwh(others, planned(others).schedule) + alone + 1e-3);
      compared += Number(ours > 0.1 && asked.sessions.some(({ assured }) => assured === undefined));
    }),
    { numRuns: 40 },
  );
  expect(compared).toBeGreaterThan(3);
});

test('what is assured to nobody is no other program', () => {
  fc.assert(
    fc.property(ruledQuestions, (asked) => {
      const sessions = asked.sessions.map((one) => ({ ...one, assured: { kw: 0, minKw: 1.4 } }));
      expect(planProgram({ ...asked, sessions })).toEqual(planProgram(withoutRules(asked)));
    }),
    { numRuns: 20 },
  );
});
