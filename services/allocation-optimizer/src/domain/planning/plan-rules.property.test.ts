import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assuredKwOf } from './assured.ts';
import { objectionTo } from './check-schedule.ts';
import { planProgram } from './plan-program.ts';
import { leastTurnsOf } from './least-turns.ts';
import { hoursOf, type PlanQuestion, type PlanSession } from './question.ts';
import type { Schedule } from './schedule.ts';
import { ruledQuestions, withoutRules } from './test-support/random-questions.ts';
import { planned, session, sum } from './test-support/questions.ts';

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

/** Of each session, by interval: what its rules give it at least, by the turns that a plan without least powers leads to. */
function ruledKw(asked: PlanQuestion): readonly (readonly number[])[] {
  const assuredKw = assuredKwOf(asked);
  const { schedule } = planned({ ...asked, sessions: asked.sessions.map(({ leastKw: _, ...one }) => one) });
  const turns = leastTurnsOf(asked, schedule, assuredKw) ?? [];
  return asked.sessions.map(({ needKwh, efficiency }, n) => {
    let leftKwh = needKwh;
    return asked.intervals.map((interval, t) => {
      const { fromKw = 0, isLast } = turns[n]?.[t] ?? {};
      const wanted = leftKwh / hoursOf(interval) / efficiency;
      const kw = Math.min(wanted, isLast === true ? wanted : Math.max(fromKw, assuredKw[n]?.[t] ?? 0));
      leftKwh -= kw * hoursOf(interval) * efficiency;
      return kw;
    });
  });
}
const hasRules = ({ assured, leastKw }: PlanSession): boolean => assured !== undefined || leastKw !== undefined;

test('C61, C65, C70: others miss no more than if what the rules give were taken from their conductors, and those with rules had no more', () => {
  let [compared, turned] = [0, 0];
  fc.assert(
    fc.property(ruledQuestions, (any) => {
      const asked: PlanQuestion = {
        ...any,
        ...{ battery: undefined, importLimitKw: any.intervals.map(() => 1_000) },
        askedLimitKw: any.intervals.map(() => Infinity),
        sessions: any.sessions.map(({ discharge: _, ...one }) => ({ ...one, tier: 1 })),
      };
      const ruled = ruledKw(asked);
      const others: PlanQuestion = {
        ...asked,
        sessions: asked.sessions.map((one) => (hasRules(one) ? { ...session(0), needKwh: 0 } : one)),
        rows: asked.rows.map((row) => ({
          ...row,
          roomA: row.roomA.map(
            (roomA, t) => roomA - sum(row.members.map(({ place, ampsPerKw }) => (ruled[place]?.[t] ?? 0) * ampsPerKw)),
          ),
        })),
      };
      const alone = sum(
        asked.sessions.map((one, n) => {
          const has = sum(asked.intervals.map((interval, t) => (ruled[n]?.[t] ?? 0) * hoursOf(interval)));
          return hasRules(one) ? one.weight * (one.needKwh - has * one.efficiency) : 0;
        }),
      );
      const ours = missingKwh(asked, planned(asked).schedule);
      expect(ours).toBeLessThanOrEqual(missingKwh(others, planned(others).schedule) + alone + 1e-3);
      compared += Number(ours > 0.1 && !asked.sessions.every(hasRules));
      const free = planned({ ...asked, sessions: asked.sessions.map(({ leastKw: _, ...one }) => one) });
      turned += Number(objectionTo(asked, free.schedule) !== undefined);
    }),
    { numRuns: 40 },
  );
  expect(compared).toBeGreaterThan(3);
  expect(turned).toBeGreaterThan(3);
});

test('what is assured to nobody is no other program', () => {
  fc.assert(
    fc.property(ruledQuestions, (asked) => {
      const sessions = asked.sessions.map((one) => ({ ...one, assured: { kw: 0, minKw: 1.4 }, leastKw: 0 }));
      expect(planProgram({ ...asked, sessions })).toEqual(planProgram(withoutRules(asked)));
    }),
    { numRuns: 20 },
  );
});
