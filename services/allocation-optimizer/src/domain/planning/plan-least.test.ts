import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { objectionTo } from './check-schedule.ts';
import { makePlan } from './make-plan.ts';
import { type PlanQuestion, type PlanSession, troubleOf } from './question.ts';
import { HOUR_MS, lineOf, NOON_MS, planned, question, session, solve, sum } from './test-support/questions.ts';

/** Power of a session in each of the twelve intervals of the first hour, to a W. */
const hourOf = (asked: PlanQuestion, n = 0): readonly number[] =>
  (planned(asked).schedule.chargeKw[n] ?? []).slice(0, 12).map((kw) => Math.round(kw * 1e3) / 1e3 + 0);
const missing = (asked: PlanQuestion): readonly number[] =>
  planned(asked).schedule.shortfallKwh.map((kwh) => Math.round(kwh * 1e3) / 1e3 + 0);
const quarters = (...kw: readonly number[]): readonly number[] => kw.flatMap((one) => [one, one, one]);
const ofHour = (n: number, change: Partial<PlanSession> = {}) =>
  session(n, { needKwh: 4, byMs: epochMs(NOON_MS + HOUR_MS), ...change });

/** The plan before gave it half of a line of 8 kW, and so does the next one, if nothing is against it. */
const HALF = { lastKw: Array.from({ length: 12 }, () => 4) };
const thin = () => question({ sessions: [1, 2].map((n) => ofHour(n, { ...HALF, leastKw: 8 })), room: () => 8 });

test('C65: two cars that want half of a line each take turns of a quarter of an hour where that is less than their least power', () => {
  const half = question({ sessions: [ofHour(1, HALF), ofHour(2, HALF)], room: () => 8 });
  expect([hourOf(half), hourOf(half, 1), missing(half)]).toEqual([quarters(4, 4, 4, 4), quarters(4, 4, 4, 4), [0, 0]]);
  const asked = thin();
  const [one, other] = [hourOf(asked, 0), hourOf(asked, 1)];
  expect([...new Set([...one, ...other])].toSorted((a, b) => a - b)).toEqual([0, 8]);
  expect(one.map((kw, t) => kw + (other[t] ?? 0))).toEqual(quarters(8, 8, 8, 8));
  for (let t = 0; t < 12; t += 3) expect(new Set(one.slice(t, t + 3)).size).toBe(1);
  expect(missing(asked)).toEqual([0, 0]);
});

test('C65: what does not fit with the least power is missing, and the plan says so in time', () => {
  // Half a car would fit beside the first one: to a plan that knows no least power both have all they need.
  const of = (leastKw?: number) => {
    const ruled = leastKw === undefined ? {} : { leastKw };
    return question({
      sessions: [ofHour(1, ruled), ofHour(2, ruled)].map((one) => ({ ...one, needKwh: 6 })),
      room: () => 12,
    });
  };
  expect(missing(of())).toEqual([0, 0]);
  expect(sum(missing(of(8)))).toBeCloseTo(4, 3);
  const { plan } = planned(of(8));
  expect(sum([...plan.sessions.values()].map(({ missingWh }) => missingWh))).toBe(4_000);
  expect(plan.mode).toBe('energy');
});

test('C65: beside it others have what is left, whatever they take', () => {
  const sessions = [ofHour(1, { ...HALF, leastKw: 6, needKwh: 3 }), ofHour(2, { ...HALF, needKwh: 5 })];
  const asked = question({ sessions, room: () => 8 });
  expect(hourOf(asked)).toEqual(quarters(6, 0, 6, 0));
  expect(hourOf(asked, 1)).toEqual(quarters(2, 8, 2, 8));
  expect(missing(asked)).toEqual([0, 0]);
});

test('C65: its last interval has what is left of its need, and after it there is none', () => {
  const sessions = [ofHour(1, { leastKw: 8, needKwh: 1 }), ofHour(2, { needKwh: 7 })];
  const asked = question({ sessions, room: () => 8 });
  const kw = hourOf(asked);
  const used = kw.flatMap((power, t) => (power > 0 ? [t] : []));
  expect(kw.filter((power) => power > 0 && power < 8)).toHaveLength(1);
  expect(kw[used.at(-1) ?? 0]).toBeCloseTo(4, 2);
  expect(sum(kw) / 12).toBeCloseTo(1, 3);
  expect(missing(asked)).toEqual([0, 0]);
});

test('C65: what is left of its need is not put off to where nobody asks for its least power', () => {
  const asked = question({ sessions: [session(1, { leastKw: 8, needKwh: 1, lastKw: HALF.lastKw.map(() => 1) })] });
  const kw = hourOf(asked);
  expect(kw.slice(3, 6)).toEqual([8, 4, 0]);
  expect(sum(kw)).toBeCloseTo(12, 2);
});

test('C65: a schedule that keeps it anyway stays what it is, and is asked for once', () => {
  const of = (leastKw?: number) =>
    question({ sessions: [session(1, leastKw === undefined ? {} : { leastKw })], price: () => 0.2 });
  const levelsOf = (asked: PlanQuestion): number => {
    let count = 0;
    makePlan(asked, { planId: 'p', snapshotHash: 'h' }, (program) => {
      count += 1;
      return solve(program);
    });
    return count;
  };
  expect(planned(of(6)).schedule).toEqual(planned(of()).schedule);
  expect([levelsOf(of(6)), levelsOf(of())]).toEqual([2, 2]);
  // Three of a plan that has one before it, and once more with turns.
  expect(levelsOf(thin())).toBe(6);
});

test('C65: beyond the hour of its budgets a mean may be less, for turns within it are not decided yet', () => {
  const later = { fromMs: epochMs(NOON_MS + HOUR_MS + HOUR_MS / 4), byMs: epochMs(NOON_MS + 2 * HOUR_MS) };
  const sessions = [session(1, { ...later, leastKw: 8 }), session(2, { ...later, leastKw: 8 })];
  const { schedule } = planned(question({ sessions, room: () => 8 }));
  expect(schedule.shortfallKwh.map((kwh) => Math.round(kwh))).toEqual([1, 1]);
});

test('C61, C65: what is assured to a bay is kept with its least power, and others wait for theirs beside it', () => {
  const sessions = [
    ofHour(1, { leastKw: 4, assured: { kw: 5, minKw: 4 } }),
    ofHour(2, { lastKw: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], leastKw: 4, needKwh: 2 }),
    ofHour(3, { lastKw: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], leastKw: 4, needKwh: 2 }),
  ];
  const asked = question({ sessions, room: () => 9 });
  const [bay, one, other] = [hourOf(asked, 0), hourOf(asked, 1), hourOf(asked, 2)];
  expect(bay.slice(0, 6).every((kw) => kw >= 5)).toBe(true);
  expect(one.some((kw, t) => kw > 0 && (other[t] ?? 0) > 0 && (bay[t] ?? 0) > 0)).toBe(false);
  expect(objectionTo(asked, planned(asked).schedule)).toBeUndefined();
});

test('C65: on every conductor turns fit at their least power', () => {
  const sessions = [1, 2, 3].map((n) => ofHour(n, { ...HALF, leastKw: 6, needKwh: 2 }));
  const asked = question({ sessions, room: () => 12 });
  const panel = {
    ...lineOf(
      sessions,
      asked.intervals.map(() => 6),
    ),
    members: [0, 1].map((place) => ({ place, ampsPerKw: 1 })),
  };
  const narrow = { ...asked, rows: [...asked.rows, panel] };
  const [one, other] = [hourOf(narrow, 0), hourOf(narrow, 1)];
  expect(one.some((kw, t) => kw > 0 && (other[t] ?? 0) > 0)).toBe(false);
  expect(missing(narrow)).toEqual([0, 0, 0]);
});

test('MD17, C65: who may give back takes and gives with any power', () => {
  const discharge = { maxKw: 8, efficiency: 0.9, wearPerKwh: 0.01, heldKwh: 10, keepKwh: 5 };
  const sessions = [session(1, { leastKw: 8, discharge }), session(2)];
  const asked = question({ sessions, room: () => 4, hours: 4 });
  expect(objectionTo(asked, planned(asked).schedule)).toBeUndefined();
});

test('VF4: the checker refuses a plan that gives a car less than its least power while it wants more', () => {
  const asked = question({ sessions: [session(1, { leastKw: 6 })] });
  const { schedule } = planned(asked);
  const told = (kw: readonly number[]) => {
    const powers = asked.intervals.map((_, t) => kw[t] ?? 0);
    return objectionTo(asked, { ...schedule, chargeKw: [powers], importKw: powers });
  };
  expect(told([8, 8, 8, 8, 8, 8])).toBeUndefined();
  expect(told([8, 8, 8, 8, 6, 6, 4])).toBeUndefined();
  expect(told([4, 8, 8, 8, 8, 8, 4])).toMatch(/^session-1 is given 4 kW in interval 0, and takes at least 6 kW/u);
  expect(told([8, 8, 8, 8, 6, 4, 6])).toMatch(/^session-1 is given 4 kW in interval 5/u);
});

test('a least power above the highest, or that is no number, is no question', () => {
  const of = (leastKw: number) => troubleOf(question({ sessions: [session(1, { leastKw })] }));
  expect([of(8), of(9), of(-1), of(Number.NaN)].map((why) => why === undefined)).toEqual([true, false, false, false]);
});
