import { describe, expect, test } from '@jest/globals';
import { circuitId, epochMs } from '@headroom/kernel';
import { objectionTo } from './check-schedule.ts';
import { type PlanQuestion, troubleOf } from './question.ts';
import {
  energies,
  HOUR_MS,
  inHour,
  lineOf,
  NOON_MS,
  planned,
  question,
  session,
  sum,
} from './test-support/questions.ts';

/** Power of a session in each interval, to a tenth of a W. */
const powers = (asked: PlanQuestion, n = 0): readonly number[] =>
  (planned(asked).schedule.chargeKw[n] ?? []).map((kw) => Math.round(kw * 1e4) / 1e4 + 0);
/** Of a session, in each of four hours (kWh). */
function byHour(asked: PlanQuestion, n = 0): readonly number[] {
  const kwh = energies(asked, planned(asked).schedule, n);
  return [0, 1, 2, 3].map(
    (hour) => Math.round(sum(kwh.filter((_, t) => inHour(hour)(asked.intervals[t] ?? { fromMs: 0 }))) * 1e3) / 1e3,
  );
}
/** Cheaper from hour to hour. */
const dearFirst = ({ fromMs }: { readonly fromMs: number }) => 0.4 - Math.floor((fromMs - NOON_MS) / HOUR_MS) / 10;
const BAY = { kw: 2, minKw: 1 };

describe('C61: what is assured to an accessible bay', () => {
  test('it has in each step until its need is met, however cheap later hours are', () => {
    expect(byHour(question({ sessions: [session(1)], price: dearFirst }))).toEqual([0, 0, 0, 4]);
    const asked = question({ sessions: [session(1, { assured: BAY })], price: dearFirst });
    expect(byHour(asked)).toEqual([2, 2, 0, 0]);
    expect(powers(asked).slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 2));
  });

  test('it has before a car of a lower tier that leaves without what it needs for it', () => {
    const byMs = epochMs(NOON_MS + HOUR_MS);
    const sessions = (assured?: typeof BAY) => [
      session(1, { tier: 2, ...(assured === undefined ? {} : { assured }) }),
      session(2, { tier: 1, byMs, needKwh: 8 }),
    ];
    const of = (assured?: typeof BAY) => question({ sessions: sessions(assured), room: () => 8 });
    expect([byHour(of()), byHour(of(), 1)]).toEqual([
      [0, 4, 0, 0],
      [8, 0, 0, 0],
    ]);
    expect([byHour(of(BAY)), byHour(of(BAY), 1)]).toEqual([
      [2, 2, 0, 0],
      [6, 0, 0, 0],
    ]);
  });

  test('is as much as its rows leave, and nothing where that is less than its car can take', () => {
    const narrow = (roomKw: number, needKwh: number) =>
      question({ sessions: [session(1, { needKwh, assured: BAY })], price: dearFirst, room: () => roomKw });
    expect(byHour(narrow(1.5, 4))).toEqual([1.5, 1.5, 1, 0]);
    expect(byHour(narrow(0.9, 0.9))).toEqual([0, 0, 0, 0.9]);
  });

  test('of two such bays is first the least of each, then what fits for one after the other', () => {
    const sessions = [1, 2].map((n) => session(n, { needKwh: 9, assured: { kw: 3, minKw: 1 } }));
    const of = (roomKw: number) => question({ sessions, price: dearFirst, room: () => roomKw });
    expect([powers(of(3.5))[0], powers(of(3.5), 1)[0]]).toEqual([2.5, 1]);
    expect([powers(of(1.5))[0], powers(of(1.5), 1)[0]]).toEqual([1.5, 0]);
  });

  test('falls to the next bay once the need of the first one is met', () => {
    const sessions = [
      session(1, { needKwh: 3, assured: { kw: 3, minKw: 1 } }),
      session(2, { needKwh: 9, assured: { kw: 3, minKw: 1 } }),
    ];
    const asked = question({ sessions, price: dearFirst, room: () => 3 });
    expect(byHour(asked)[0]).toBeLessThan(3);
    expect(planned(asked).schedule.shortfallKwh.map((kwh) => Math.round(kwh * 1e3) / 1e3)).toEqual([0, 0]);
    const [, , thirdHour] = byHour(asked, 1);
    expect(thirdHour).toBeGreaterThanOrEqual(2.999);
  });

  test('is no more than what the grid asks leaves beside the building', () => {
    const asked = question({
      sessions: [session(1, { needKwh: 3, assured: BAY })],
      price: dearFirst,
      change: (intervals) => ({
        askedLimitKw: intervals.map(() => 3),
        buildingKw: intervals.map((interval) => (inHour(0)(interval) ? 1.75 : 2.5)),
        pvKw: intervals.map((interval) => (inHour(2)(interval) ? 1 : 0)),
      }),
    });
    expect(byHour(asked)).toEqual([1.25, 0, 1.5, 0.25]);
    expect(sum(planned(asked).schedule.excessKw)).toBeCloseTo(0, 5);
  });

  test('is in no way what it has at most: the sun at noon is taken, and the rest of its need still in time', () => {
    const asked = question({
      sessions: [session(1, { needKwh: 12, assured: BAY })],
      change: (intervals) => ({ pvKw: intervals.map((interval) => (inHour(0)(interval) ? 6 : 0)) }),
      price: ({ fromMs }) => (inHour(3)({ fromMs }) ? 0.4 : 0.5),
    });
    const [first = 0, second = 0] = byHour(asked);
    expect(first).toBe(6);
    // After 6 of 12 kWh it may have less than is assured to it in a step, for it may be near its end; never less in all.
    expect(first + second).toBeGreaterThan(6.5);
  });

  test('is scaled by the part of an interval in which it is there', () => {
    const fromMs = epochMs(NOON_MS + HOUR_MS / 24);
    const asked = question({ sessions: [session(1, { fromMs, assured: BAY })], price: dearFirst });
    expect(powers(asked).slice(0, 3)).toEqual([1, 2, 2]);
  });

  test('is not what it is to have that gives back: it takes what it needs first, and may then give', () => {
    const giving = { maxKw: 8, efficiency: 0.9, wearPerKwh: 0, heldKwh: 10, keepKwh: 5 };
    const asked = question({
      sessions: [session(1, { assured: { kw: 4, minKw: 1 }, discharge: giving })],
      price: ({ fromMs }) => (inHour(2)({ fromMs }) ? 0.9 : 0.1),
      change: (intervals) => ({ buildingKw: intervals.map(() => 5) }),
    });
    const { schedule } = planned(asked);
    expect(byHour(asked)[0]).toBeGreaterThanOrEqual(4);
    expect(sum(schedule.dischargeKw[0] ?? [])).toBeGreaterThan(4);
  });
});

describe('C70: a boosted car', () => {
  const boosted = { kw: 0, minKw: 1, boostedUntilMs: epochMs(NOON_MS + HOUR_MS / 2) };

  test('has all that it can take until its boost ends, and what is best from there on', () => {
    const asked = question({ sessions: [session(1, { needKwh: 6, assured: boosted })], price: dearFirst });
    expect(byHour(asked)).toEqual([4, 0, 0, 2]);
    expect(powers(asked).slice(0, 7)).toEqual([8, 8, 8, 8, 8, 8, 0]);
  });

  test('has it for the part of an interval in which it is boosted', () => {
    const ends = { ...boosted, boostedUntilMs: epochMs(NOON_MS + HOUR_MS / 24) };
    const asked = question({ sessions: [session(1, { assured: ends })], price: dearFirst });
    expect(powers(asked).slice(0, 2)).toEqual([4, 0]);
    const least = question({ sessions: [session(1, { assured: { ...ends, minKw: 6 } })], price: dearFirst });
    expect(powers(least).slice(0, 2)).toEqual([6, 0]);
    const bayAsWell = question({ sessions: [session(1, { assured: { ...ends, kw: 2 } })], price: dearFirst });
    expect(powers(bayAsWell).slice(0, 2)).toEqual([5, 2]);
  });

  test('has what accessible bays leave, before who leaves without what he needs', () => {
    const sessions = [
      session(1, { tier: 3, assured: boosted }),
      session(2, { tier: 2, assured: BAY }),
      session(3, { tier: 1, needKwh: 8, byMs: epochMs(NOON_MS + HOUR_MS) }),
    ];
    const asked = question({ sessions, room: () => 8 });
    expect([0, 1, 2].map((n) => powers(asked, n)[0])).toEqual([6, 2, 0]);
  });
});

test('VF4: the checker refuses a plan that gives a bay less than is assured to it, in a step or in all', () => {
  const asked = question({ sessions: [session(1, { needKwh: 8, assured: BAY })], price: dearFirst });
  const { schedule } = planned(asked);
  expect(objectionTo(asked, schedule)).toBeUndefined();
  const told = (kw: (is: number, t: number) => number) => {
    const chargeKw = [(schedule.chargeKw[0] ?? []).map(kw)];
    return objectionTo(asked, { ...schedule, chargeKw, importKw: chargeKw[0] ?? [] });
  };
  // Once more, and once less, so that its energy is as told.
  expect(told((is, t) => is + [-1, 1][t]! || is)).toMatch(/is given 1 kW in interval 0, and is assured 2 kW/u);
  // All of it at first: it might be full, and then is to have no less in all than with 2 kW all along. It has.
  const late = asked.intervals.map(({ fromMs }) => (inHour(0)({ fromMs }) ? 2 : inHour(3)({ fromMs }) ? 6 : 0));
  expect(told((_, t) => late[t] ?? 0)).toMatch(/after interval \d+, and is assured/u);
});

test('VF4: it refuses one whose room went to somebody who comes after the bay', () => {
  const urgent = session(2, { needKwh: 2, byMs: epochMs(NOON_MS + HOUR_MS) });
  const asked = question({ sessions: [session(1, { tier: 2, assured: BAY }), urgent], room: () => 2 });
  const without = question({ sessions: [session(1, { tier: 2 }), urgent], room: () => 2 });
  expect(objectionTo(asked, planned(asked).schedule)).toBeUndefined();
  expect(objectionTo(asked, planned(without).schedule)).toMatch(
    /^session-1 is given .* in interval 0, and is assured 2 kW/u,
  );
});

test('what fits is what fits on every conductor', () => {
  const sessions = [
    session(1, { assured: { kw: 4, minKw: 1 } }),
    session(2, { needKwh: 9, assured: { kw: 4, minKw: 1 } }),
  ];
  const asked = question({ sessions, price: dearFirst, room: () => 6 });
  const lines = {
    ...asked,
    rows: [
      ...asked.rows,
      {
        ...lineOf(
          sessions,
          asked.intervals.map(() => 3),
        ),
        circuitId: circuitId('panel'),
        members: [{ place: 0, ampsPerKw: 2 }],
      },
    ],
  };
  expect([powers(lines)[0], powers(lines, 1)[0]]).toEqual([1.5, 4]);
});

test('an assured power that is no number is no question', () => {
  const of = (assured: { readonly kw: number; readonly minKw: number }) =>
    troubleOf(question({ sessions: [session(1, { assured })] }));
  expect(of(BAY)).toBeUndefined();
  const wrong = [
    { kw: Number.NaN, minKw: 1 },
    { kw: 1, minKw: -1 },
    { kw: 1, minKw: 2 },
    { kw: 9, minKw: 9 },
  ];
  expect(wrong.map(of)).toEqual(wrong.map(() => 'session-1 is assured no power'));
});
