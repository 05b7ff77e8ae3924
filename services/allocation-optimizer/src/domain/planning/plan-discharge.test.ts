import { describe, expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { objectionTo } from './check-schedule.ts';
import { makePlan } from './make-plan.ts';
import { hoursOf, type PlanDischarge, type PlanQuestion } from './question.ts';
import { costOf, type Schedule } from './schedule.ts';
import {
  HOUR_MS,
  inHour,
  lineOf,
  NOON_MS,
  objective,
  planned,
  question,
  session,
  solve,
  sum,
} from './test-support/questions.ts';

const GIVES: PlanDischarge = { maxKw: 10, efficiency: 0.9, wearPerKwh: 0.02, heldKwh: 20, keepKwh: 5 };
const given = ({ intervals }: PlanQuestion, { dischargeKw }: Schedule, n: number): readonly number[] =>
  intervals.map((interval, t) => (dischargeKw[n]?.[t] ?? 0) * hoursOf(interval));

/** A building of 6 kW whose first hour is dear, and a car that is there for all four. */
const asked = (
  change: Partial<PlanDischarge> = {},
  of: Partial<Parameters<typeof question>[0]> & { readonly needKwh?: number; readonly buildingKw?: number } = {},
): PlanQuestion => {
  const { needKwh = 4, buildingKw = 6, ...rest } = of;
  return question({
    sessions: [session(1, { needKwh, maxKw: 8, efficiency: 0.9, discharge: { ...GIVES, ...change } })],
    price: (interval) => (inHour(0)(interval) ? 0.5 : 0.1),
    change: (intervals) => ({ buildingKw: intervals.map(() => buildingKw) }),
    ...rest,
  });
};

describe('PV2, PO4: a car gives back what is dear and buys it again when it is cheap', () => {
  const site = asked();
  const { schedule, plan } = planned(site);

  test('as much as the site itself draws, where nothing may flow out, for no more than it saves', () => {
    expect(
      sum(given(site, schedule, 0).filter((_, t) => (site.intervals[t]?.fromMs ?? 0) < NOON_MS + HOUR_MS)),
    ).toBeCloseTo(6, 4);
    expect(sum(schedule.exportKw)).toBeCloseTo(0, 6);
    // 6 kWh less at 0.5; what they took out of the battery, 6 / 0.9 kWh, and 4 kWh more are bought with the loss of 0.9; wear.
    const bought = 6 * 3 + (6 / 0.9 + 4) / 0.9;
    expect(costOf(site, schedule)).toBeCloseTo(bought * 0.1 + 6 * 0.02, 4);
  });

  test('it holds at its departure what it came for, and never less than it keeps', () => {
    expect(schedule.heldKwh[0]?.at(-1)).toBeCloseTo(24, 4);
    expect(Math.min(...(schedule.heldKwh[0] ?? []))).toBeGreaterThanOrEqual(5 - 1e-6);
  });

  test('budgets of what it gives stand beside those of what it takes, and none in the same interval', () => {
    const name = site.sessions[0]?.sessionId;
    if (name === undefined) throw new Error('there is a session');
    const gives = plan.discharge?.get(name) ?? [];
    expect(sum(gives.map(({ energyWh }) => energyWh))).toBeGreaterThan(5_900);
    expect(gives.every(({ energyWh }) => Number.isSafeInteger(energyWh))).toBe(true);
    const takes = new Set((plan.budgets.get(name) ?? []).map(({ fromMs }) => fromMs));
    expect(gives.some(({ fromMs }) => takes.has(fromMs))).toBe(false);
    expect(sum(plan.sessions.get(name)?.dischargeWh ?? [])).toBe(sum(gives.map(({ energyWh }) => energyWh)));
  });

  test.each([
    ['that says nothing of it', {}, question({ sessions: [session(1)] })],
    ['that wears more than it saves', { wearPerKwh: 0.4 }, undefined],
    ['that holds less than it is to keep', { heldKwh: 4 }, undefined],
    ['with a driver who could not have all he needs even alone', {}, asked({}, { needKwh: 40 })],
    ['where nobody draws, and nothing may flow out', {}, asked({}, { buildingKw: 0 })],
    [
      'on a conductor that bears nothing back',
      {},
      { ...asked(), rows: asked().rows.map((row) => ({ ...row, backA: 0 })) },
    ],
  ] as const)('a car %s gives nothing', (_, change, other) => {
    const result = planned(other ?? asked(change));
    expect(sum(result.schedule.dischargeKw.flat())).toBeCloseTo(0, 5);
    expect(result.plan.discharge).toBeUndefined();
  });

  test('to the minimum of its driver, and no further', () => {
    const kept = asked({ keepKwh: 18 });
    expect(sum(given(kept, planned(kept).schedule, 0))).toBeCloseTo(2 * 0.9, 4);
  });

  test('out of the site only as much as may flow out', () => {
    const sold = asked(
      {},
      { buildingKw: 0, change: (intervals) => ({ exportLimitKw: 3, exportPerKwh: intervals.map(() => 0.4) }) },
    );
    const result = planned(sold).schedule;
    expect(Math.max(...result.exportKw)).toBeCloseTo(3, 5);
    expect(sum(given(sold, result, 0))).toBeGreaterThan(2.9);
  });

  test('through a conductor no more than that bears', () => {
    const narrow = { ...site, rows: site.rows.map((row) => ({ ...row, backA: 2 })) };
    const result = planned(narrow).schedule;
    expect(Math.max(...(result.dischargeKw[0] ?? []))).toBeCloseTo(2, 5);
  });

  test('through a conductor no more than that bears, of two cars either of which may have it for itself', () => {
    const sessions = [1, 2].map((n) => session(n, { needKwh: 0, discharge: GIVES }));
    const two = question({
      sessions,
      price: (interval) => (inHour(0)(interval) ? 0.5 : 0.1),
      change: (intervals) => ({ buildingKw: intervals.map(() => 30) }),
    });
    const result = planned({ ...two, rows: two.rows.map((row) => ({ ...row, backA: 12 })) }).schedule;
    const together = two.intervals.map((_, t) => sum(result.dischargeKw.map((powers) => powers[t] ?? 0)));
    expect(Math.max(...together)).toBeCloseTo(12, 4);
  });

  test('nothing while what flows out has a price below 0', () => {
    const change = (intervals: PlanQuestion['intervals']) => ({
      buildingKw: intervals.map(() => 6),
      exportPerKwh: intervals.map((interval) => (inHour(3)(interval) ? -0.01 : 0.1)),
    });
    expect(planned(asked({}, { change })).plan.discharge).toBeUndefined();
  });

  test('nothing while a price below 0 is known: emptying a battery by its losses would pay', () => {
    const price = (interval: { readonly fromMs: number }) => (inHour(1)(interval) ? -0.2 : 0.3);
    const paid = asked({ efficiency: 0.5 }, { buildingKw: 1, price });
    expect(planned(paid).plan.discharge).toBeUndefined();
  });
});

describe('MD16, MD18: what a car gives back makes no room', () => {
  /** One who gives and one who takes, on 4 kW in the dear hour, in which the second has to have its 8 kWh. */
  const two = (change: Partial<PlanQuestion>): PlanQuestion => {
    const sessions = [
      session(1, { needKwh: 0, discharge: { ...GIVES, wearPerKwh: 0 } }),
      session(2, { needKwh: 8, byMs: epochMs(NOON_MS + HOUR_MS) }),
    ];
    return question({ sessions, price: (interval) => (inHour(0)(interval) ? 0.5 : 0.1), change: () => change });
  };

  test('on a conductor', () => {
    const site = two({});
    const narrow = {
      ...site,
      rows: [
        lineOf(
          site.sessions,
          site.intervals.map(() => 4),
        ),
      ],
    };
    expect(planned(narrow).schedule.shortfallKwh).toEqual([0, expect.closeTo(4, 4)]);
  });

  test('at a limit of the grid connection that is never broken', () => {
    const { intervals } = two({});
    const site = two({ importLimitKw: intervals.map(() => 4) });
    const { schedule } = planned(site);
    expect(schedule.shortfallKwh).toEqual([0, expect.closeTo(4, 4)]);
    // It gives all the same, for money: what flows in is then less than the limit.
    expect(sum(given(site, schedule, 0))).toBeGreaterThan(1);
  });

  test('against what the grid asks without a contract it counts, after what drivers need', () => {
    const site = question({
      sessions: [session(1, { needKwh: 4, maxKw: 8, discharge: { ...GIVES, wearPerKwh: 9 } })],
      change: (intervals) => ({
        buildingKw: intervals.map((interval) => (inHour(0)(interval) ? 6 : 0)),
        askedLimitKw: intervals.map(() => 2),
      }),
    });
    const result = planned(site);
    // Three hours of 2 kW are left to bring back 4 kWh and what it lost of the other 2: 1.8 kWh of the 4 above.
    expect(objective(result, 'excess')).toBeCloseTo(4, 4);
    expect(objective(result, 'shortfall 1')).toBeCloseTo(0, 4);
    expect(objective(result, 'excess after discharge')).toBeCloseTo(4 - 1.8, 4);
    expect(sum(given(site, result.schedule, 0))).toBeCloseTo(1.8, 4);
  });

  test('a demand charge counts what is imported, with what cars give back', () => {
    const period = {
      fromMs: NOON_MS,
      toMs: epochMs(NOON_MS + 9 * HOUR_MS),
      pricePerKw: 10,
      peakKw: 0,
      targetKw: undefined,
    };
    const site = question({
      sessions: [session(1, { needKwh: 0, discharge: { ...GIVES, efficiency: 1 } })],
      change: (intervals) => ({
        buildingKw: intervals.map((interval) => (inHour(0)(interval) ? 8 : 0)),
        demand: [period],
      }),
    });
    // 8 kWh of the building, evenly over four hours.
    expect(planned(site).schedule.peakKw).toEqual([expect.closeTo(2, 4)]);
  });
});

describe('VF4: the checker refuses', () => {
  const site = asked();
  const { schedule } = planned(site);
  const first = (powers: readonly (readonly number[])[], change: (power: number, t: number) => number) =>
    powers.map((values, n) => (n === 0 ? values.map(change) : values));
  const wrong: readonly (readonly [what: string, of: () => readonly [PlanQuestion, Schedule], says: RegExp])[] = [
    [
      'more than a car may give',
      () => [site, { ...schedule, dischargeKw: first(schedule.dischargeKw, () => 11) }],
      /gives back 11 kW in interval 0, and may 10 kW/u,
    ],
    [
      'a car that gives and may not',
      () => [{ ...site, sessions: site.sessions.map(({ discharge: _, ...one }) => one) }, schedule],
      /gives back .* and may 0 kW/u,
    ],
    [
      'a car that takes and gives at once',
      () => [
        site,
        {
          ...schedule,
          // What both come to in the battery is nothing: 1 kW out, and 1 / 0.81 kW in.
          ...{
            chargeKw: first(schedule.chargeKw, (power, t) => (t === 0 ? power + 1 / 0.81 : power)),
            dischargeKw: first(schedule.dischargeKw, (power, t) => (t === 0 ? power + 1 : power)),
          },
        },
      ],
      /takes and gives back in interval 0/u,
    ],
    [
      'less than is to be kept',
      () => [
        { ...site, sessions: site.sessions.map((one) => ({ ...one, discharge: { ...GIVES, keepKwh: 19 } })) },
        schedule,
      ],
      /less than it is to keep/u,
    ],
    [
      'more than a car wants, before it gives any of it',
      () => {
        // 5 kWh come into the battery in the first hour, of the 4 that it wants; one interval takes the fifth out again.
        const chargeKw = site.intervals.map((interval) => (inHour(0)(interval) ? 5 / 0.9 : 0));
        const back = site.intervals.findIndex(inHour(1));
        const dischargeKw = site.intervals.map((interval, t) => (t === back ? 0.9 / hoursOf(interval) : 0));
        return [site, { ...schedule, chargeKw: [chargeKw], dischargeKw: [dischargeKw], heldKwh: [[]] }];
      },
      /holds \S+ kWh, more than it wants, after interval/u,
    ],
    [
      'what it holds told otherwise',
      () => [site, { ...schedule, heldKwh: first(schedule.heldKwh, (energy) => energy + 1) }],
      /holds other than it is told/u,
    ],
    [
      'a conductor that bears less of it',
      () => [{ ...site, rows: site.rows.map((row) => ({ ...row, backA: 1 })) }, schedule],
      /^grid l1 carries 6.* A back in interval 0/u,
    ],
    [
      'a limit of import that is kept only by it',
      () => [{ ...site, importLimitKw: site.intervals.map((interval) => (inHour(0)(interval) ? 5 : 100)) }, schedule],
      /kW are imported in interval 0/u,
    ],
    [
      'a car that gives and misses what it needs',
      () => [
        { ...site, sessions: site.sessions.map((one) => ({ ...one, needKwh: 5 })) },
        { ...schedule, shortfallKwh: [1] },
      ],
      /gives back .* kWh and misses 1 kWh/u,
    ],
    [
      'an interval that balances only without it',
      () => [
        site,
        { ...schedule, importKw: schedule.importKw.map((power, t) => power + (schedule.dischargeKw[0]?.[t] ?? 0)) },
      ],
      /does not balance/u,
    ],
  ];
  test.each(wrong)('%s', (_, of, says) => {
    expect(objectionTo(site, schedule)).toBeUndefined();
    const [other, changed] = of();
    expect(objectionTo(other, changed)).toMatch(says);
  });
});

test.each([
  ['a power below 0', { maxKw: -1 }, 'session-1 gives back with maxKw -1'],
  ['what it holds as no number', { heldKwh: Number.NaN }, 'session-1 gives back with heldKwh NaN'],
  ['an efficiency of 0', { efficiency: 0 }, 'session-1 gives back with an efficiency of 0'],
  ['an efficiency above 1', { efficiency: 1.1 }, 'session-1 gives back with an efficiency of 1.1'],
])('a question with %s is not asked', (_, change, why) => {
  expect(makePlan(asked(change), { planId: 'plan-1', snapshotHash: '' }, solve)).toEqual({
    kind: 'no-plan',
    reason: 'question',
    why,
  });
});

test('a row that bears no number of amperes back is not asked', () => {
  const odd = { ...asked(), rows: asked().rows.map((row) => ({ ...row, backA: Number.NaN })) };
  expect(makePlan(odd, { planId: 'plan-1', snapshotHash: '' }, solve)).toMatchObject({
    kind: 'no-plan',
    reason: 'question',
  });
});
