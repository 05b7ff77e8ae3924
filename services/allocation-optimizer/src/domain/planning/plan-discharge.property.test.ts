import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { objectionTo } from './check-schedule.ts';
import { hoursOf, type PlanQuestion } from './question.ts';
import { costOf, type Schedule } from './schedule.ts';
import { givingQuestions, withoutGiving } from './test-support/random-questions.ts';
import { planned, sum } from './test-support/questions.ts';

const RUNS = { numRuns: 100 };

const givenKwh = ({ intervals }: PlanQuestion, { dischargeKw }: Schedule, n: number): number =>
  sum(intervals.map((interval, t) => (dischargeKw[n]?.[t] ?? 0) * hoursOf(interval)));
const missing = (asked: PlanQuestion, { shortfallKwh }: Schedule, tier: number): number =>
  sum(asked.sessions.map((one, n) => (one.tier === tier ? one.weight * (shortfallKwh[n] ?? 0) : 0)));
const excess = ({ intervals }: PlanQuestion, { excessKw }: Schedule): number =>
  sum(intervals.map((interval, t) => (excessKw[t] ?? 0) * hoursOf(interval)));

test('PT18 with V2G: every plan is proven level by level, and the independent checker accepts it', () => {
  let giving = 0;
  fc.assert(
    fc.property(givingQuestions, (asked) => {
      const { plan, schedule } = planned(asked);
      expect(objectionTo(asked, schedule)).toBeUndefined();
      for (const { gap } of plan.objectives) expect(Math.abs(gap)).toBeLessThanOrEqual(1e-6);
      giving += Number(asked.sessions.some((_, n) => givenKwh(asked, schedule, n) > 0.1));
    }),
    RUNS,
  );
  expect(giving).toBeGreaterThan(5);
});

test('PT16: V2G never makes the departure energy unreachable: whoever gives back has all he needs, and nobody else less', () => {
  let giving = 0;
  fc.assert(
    fc.property(givingQuestions, (asked) => {
      const { schedule } = planned(asked);
      const without = planned(withoutGiving(asked)).schedule;
      asked.sessions.forEach((_, n) => {
        if (givenKwh(asked, schedule, n) < 1e-3) return;
        giving += 1;
        expect(schedule.shortfallKwh[n]).toBeLessThan(1e-3);
      });
      for (const tier of [1, 2]) {
        const [ours, theirs] = [missing(asked, schedule, tier), missing(asked, without, tier)];
        expect(ours).toBeLessThanOrEqual(theirs + 1e-5 * Math.max(10, theirs));
        // A tier that is served before it is served as it was; only then has a lower one no other claim.
        if (theirs > ours + 1e-3) break;
      }
    }),
    RUNS,
  );
  expect(giving).toBeGreaterThan(5);
});

test('a plan with V2G is never dearer than one without, nor further beyond what the grid asks', () => {
  let cheaper = 0;
  fc.assert(
    fc.property(givingQuestions, (asked) => {
      const none = withoutGiving(asked);
      const [ours, theirs] = [planned(asked).schedule, planned(none).schedule];
      expect(excess(asked, ours)).toBeLessThanOrEqual(excess(none, theirs) + 1e-4);
      // What the grid asks comes before money: only where nothing is above it the bills can be compared.
      if (excess(none, theirs) > 1e-6) return;
      const [our, their] = [costOf(asked, ours), costOf(none, theirs)];
      expect(our).toBeLessThanOrEqual(their + 1e-3);
      cheaper += Number(our < their - 0.01);
    }),
    RUNS,
  );
  expect(cheaper).toBeGreaterThan(3);
});
