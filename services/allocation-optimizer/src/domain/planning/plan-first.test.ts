import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { objectionTo } from './check-schedule.ts';
import { MAX_PLAN_RULED_CELLS, type PlanQuestion, type PlanSession, troubleOf } from './question.ts';
import {
  energies,
  HOUR_MS,
  inHour,
  NOON_MS,
  objective,
  planned,
  question,
  session,
  sum,
} from './test-support/questions.ts';

/** Of a session, in each of four hours (kWh). */
function byHour(asked: PlanQuestion, n = 0): readonly number[] {
  const kwh = energies(asked, planned(asked).schedule, n);
  return [0, 1, 2, 3].map(
    (hour) => Math.round(sum(kwh.filter((_, t) => inHour(hour)(asked.intervals[t] ?? { fromMs: 0 }))) * 1e3) / 1e3 + 0,
  );
}
const missing = (asked: PlanQuestion): readonly number[] =>
  planned(asked).schedule.shortfallKwh.map((kwh) => Math.round(kwh * 1e2) / 1e2 + 0);
/** Cheaper from hour to hour. */
const cheaperLater = ({ fromMs }: { readonly fromMs: number }) => 0.4 - Math.floor((fromMs - NOON_MS) / HOUR_MS) / 10;
const low = (n: number, firstKwh: number, change: Partial<PlanSession> = {}) => session(n, { firstKwh, ...change });
const leaves = (hours: number) => ({ byMs: epochMs(NOON_MS + hours * HOUR_MS) });

test('C65: what is to be in a battery first is there at once, however cheap later hours are; the rest when it is cheap', () => {
  expect(byHour(question({ sessions: [session(1)], price: cheaperLater }))).toEqual([0, 0, 0, 4]);
  const asked = question({ sessions: [low(1, 1.5)], price: cheaperLater });
  expect(byHour(asked)).toEqual([1.5, 0, 0, 2.5]);
  expect((planned(asked).schedule.chargeKw[0] ?? []).slice(0, 2).map((kw) => Math.round(kw))).toEqual([8, 8]);
});

test('C65: in its tier it comes before the remainder of others, and beyond it shares like them', () => {
  const of = (firstKwh: number) =>
    question({ sessions: [low(1, firstKwh, leaves(1)), session(2, leaves(1))], room: () => 4 });
  expect(missing(of(0))).toEqual([2, 2]);
  expect(missing(of(3))).toEqual([1, 3]);
  expect(missing(of(1))).toEqual([2, 2]);
});

test('C65: a tier before its own is served first, and one after it later', () => {
  const of = (tier: number) =>
    question({ sessions: [low(1, 4, { tier, ...leaves(1) }), session(2, { tier: 2, ...leaves(1) })], room: () => 4 });
  expect(missing(of(3))).toEqual([4, 0]);
  expect(missing(of(2))).toEqual([0, 4]);
  expect(missing(of(1))).toEqual([0, 4]);
});

test('C65: of two who lack something the one that leaves has it before the one that stays', () => {
  const asked = question({ sessions: [low(1, 4, leaves(1)), low(2, 4, leaves(4))], room: () => 4 });
  expect(missing(asked)).toEqual([0, 0]);
  expect([byHour(asked)[0], byHour(asked, 1)[1]]).toEqual([4, 4]);
  expect(objective(planned(asked), 'first 1')).toBeGreaterThan(0);
});

test('C65: more than a driver asks for is not to be in it first', () => {
  const asked = question({ sessions: [low(1, 40, { needKwh: 2 })], price: cheaperLater });
  expect([byHour(asked), missing(asked)]).toEqual([[2, 0, 0, 0], [0]]);
});

test('C65, MD17: who holds too little gives nothing back', () => {
  const discharge = { maxKw: 8, efficiency: 0.9, wearPerKwh: 0, heldKwh: 10, keepKwh: 2 };
  const of = (firstKwh: number) =>
    question({
      sessions: [low(1, firstKwh, { discharge })],
      price: (interval) => (inHour(1)(interval) ? 0.9 : 0.1),
      change: (intervals) => ({ buildingKw: intervals.map(() => 5) }),
    });
  expect(sum(planned(of(0)).schedule.dischargeKw.flat())).toBeGreaterThan(5);
  expect(sum(planned(of(1)).schedule.dischargeKw.flat())).toBe(0);
});

test('VF4: the checker refuses a plan that serves others of its tier, or nobody, before a battery with too little in it', () => {
  const sessions = (firstKwh: number) => [low(1, firstKwh, leaves(1)), session(2, leaves(1))];
  const asked = question({ sessions: sessions(3), room: () => 4 });
  expect(objectionTo(asked, planned(asked).schedule)).toBeUndefined();
  const without = planned(question({ sessions: sessions(0), room: () => 4 })).schedule;
  expect(objectionTo(asked, without)).toMatch(
    /^session-1 lacks .* kWh after interval \d+, and .* kW more are others' or/u,
  );
  const alone = question({ sessions: [low(1, 2)], price: cheaperLater });
  const later = planned(question({ sessions: [session(1)], price: cheaperLater })).schedule;
  expect(objectionTo(alone, later)).toMatch(/^session-1 lacks 2 kWh after interval 0, and 8 kW more/u);
});

test('VF4: it lets a plan pass in which those before it have the room, or what the grid asks leaves none', () => {
  const behind = question({
    sessions: [low(1, 4, { tier: 2 }), session(2, { tier: 1, needKwh: 8, ...leaves(2) })],
    room: () => 4,
  });
  expect(byHour(behind)).toEqual([0, 0, 4, 0]);
  const asked = question({
    sessions: [low(1, 3), session(2)],
    change: (intervals) => ({ askedLimitKw: intervals.map((interval) => (inHour(0)(interval) ? 0 : 9)) }),
  });
  expect(byHour(asked)[0]).toBe(0);
  expect(byHour(asked)[1]).toBeGreaterThanOrEqual(3);
});

test('VF4, MD16: what another car gives back is no room that a battery with too little in it could have had', () => {
  const giving = { maxKw: 3.7, efficiency: 1, wearPerKwh: 0, heldKwh: 5, keepKwh: 0 };
  const asked = question({
    sessions: [session(1, { needKwh: 0, discharge: giving }), low(2, 1, { needKwh: 2 })],
    change: (intervals) => ({ askedLimitKw: intervals.map(() => 1) }),
    price: cheaperLater,
  });
  const { schedule } = planned(asked);
  expect(schedule.dischargeKw[0]?.[0]).toBeCloseTo(1, 5);
  expect(schedule.chargeKw[1]?.[0]).toBeCloseTo(1, 5);
});

test('what is to be first and is no energy is no question', () => {
  const of = (firstKwh: number) => troubleOf(question({ sessions: [low(1, firstKwh)] }));
  expect([of(0), of(9), of(-1), of(Infinity)].map((why) => why === undefined)).toEqual([true, true, false, false]);
});

test('a plan of more sessions with rules times intervals than its program has room for is not asked', () => {
  const change = { ...leaves(24), assured: { kw: 2, minKw: 1 } };
  const of = (count: number, one: (n: number) => PlanSession) =>
    troubleOf(question({ sessions: Array.from({ length: count }, (_, n) => one(n)), hours: 24 }));
  const most = Math.floor(MAX_PLAN_RULED_CELLS / question({ sessions: [], hours: 24 }).intervals.length);
  const why = `at most ${MAX_PLAN_RULED_CELLS}`;
  expect([of(most, (n) => low(n, 1, leaves(24))), of(most / 2, (n) => low(n, 1, change))]).toEqual([
    undefined,
    undefined,
  ]);
  expect(of(most + 1, (n) => low(n, 1, leaves(24)))).toContain(why);
  expect(of(most + 1, (n) => session(n, change))).toContain(why);
  expect(of(most / 2 + 1, (n) => low(n, 1, change))).toContain(why);
});
