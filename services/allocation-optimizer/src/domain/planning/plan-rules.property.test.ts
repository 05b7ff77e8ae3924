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
        sessions: any.sessions.map(({ discharge: _, firstKwh: _first, ...one }) => ({ ...one, tier: 1 })),
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
    { numRuns: 80 },
  );
  expect(compared).toBeGreaterThan(3);
  expect(turned).toBeGreaterThan(3);
});

test('what is assured to nobody is no other program', () => {
  fc.assert(
    fc.property(ruledQuestions, (asked) => {
      const sessions = asked.sessions.map((one) => ({
        ...one,
        assured: { kw: 0, minKw: 1.4 },
        leastKw: 0,
        firstKwh: 0,
      }));
      expect(planProgram({ ...asked, sessions })).toEqual(planProgram(withoutRules(asked)));
    }),
    { numRuns: 20 },
  );
});

/** What is missing in batteries of a tier, for as long as it is, by a count of its own (kWh times hours). */
function lackingKwhH(asked: PlanQuestion, { chargeKw }: Schedule, tier: number): number {
  const { sessions, intervals } = asked;
  return sum(
    sessions.map((one, n) => {
      if (one.tier !== tier || one.firstKwh === undefined) return 0;
      let has = 0;
      const lacks = intervals.map((interval, t) => {
        has += (chargeKw[n]?.[t] ?? 0) * hoursOf(interval) * one.efficiency;
        const hasCome = interval.toMs > one.fromMs;
        return hasCome ? Math.max(0, Math.min(one.firstKwh ?? 0, one.needKwh) - has) * hoursOf(interval) : 0;
      });
      return one.weight * sum(lacks);
    }),
  );
}

test('C65: what batteries lack is there no later than in any plan without the rule, and no tier before theirs misses more for it', () => {
  let sooner = 0;
  fc.assert(
    fc.property(ruledQuestions, (any) => {
      const sessions = any.sessions.map(({ discharge: _d, assured: _a, leastKw: _l, ...one }) => one);
      const asked: PlanQuestion = { ...any, sessions };
      const lowest = Math.min(
        ...sessions.flatMap((one) => ((one.firstKwh ?? 0) > 0 && one.needKwh > 0 ? [one.tier] : [])),
      );
      if (!Number.isFinite(lowest)) return;
      const [ours, free] = [planned(asked), planned(withoutRules(asked))];
      const [is, was] = [ours, free].map(({ schedule }) => lackingKwhH(asked, schedule, lowest));
      expect(is).toBeLessThanOrEqual((was ?? 0) + 1e-3);
      sooner += Number((is ?? 0) < (was ?? 0) - 0.1);
      const before = free.plan.objectives.filter(({ name }) => /^excess$|^shortfall/u.test(name));
      for (const { name, value } of before.slice(
        0,
        before.findIndex(({ name: each }) => each === `shortfall ${lowest}`),
      ))
        expect(ours.plan.objectives.find((each) => each.name === name)?.value).toBeCloseTo(value, 4);
    }),
    { numRuns: 60 },
  );
  expect(sooner).toBeGreaterThan(5);
});
