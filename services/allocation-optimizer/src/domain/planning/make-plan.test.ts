import { describe, expect, test } from '@jest/globals';
import { epochMs, sessionId } from '@headroom/kernel';
import { makePlan } from './make-plan.ts';
import { MAX_PLAN_CELLS, MAX_PLAN_INTERVALS, MAX_PLAN_ROWS, MAX_PLAN_SESSIONS } from './question.ts';
import { costOf } from './schedule.ts';
import {
  energies,
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

const NAMES = { planId: 'plan-1', snapshotHash: 'hash' };
describe('PO2, PO3: who goes short', () => {
  test('nobody, where there is enough for all', () => {
    const result = planned(question({ sessions: [session(1), session(2)], room: () => 2 }));
    expect(objective(result, 'shortfall 1')).toBeCloseTo(0, 6);
  });

  test('the lower tier, as much as the higher one needs', () => {
    const result = planned(
      question({ sessions: [session(1, { tier: 2 }), session(2, { tier: 1, needKwh: 6 })], room: () => 2 }),
    );
    expect([objective(result, 'shortfall 1'), objective(result, 'shortfall 2')]).toEqual([
      expect.closeTo(0, 5),
      expect.closeTo(2, 5),
    ]);
  });

  test('inside a tier all by the same share of what they could have reached', () => {
    const sessions = [
      session(1, { needKwh: 12 }),
      session(2, { needKwh: 4 }),
      session(3, { needKwh: 99, byMs: epochMs(NOON_MS + HOUR_MS) }),
    ];
    // The third could reach 8 kWh in its hour, whatever it wants, and the line carries 2 then: a quarter. Nobody gets less.
    const { schedule } = planned(question({ sessions, room: () => 2 }));
    const given = sessions.map((one, n) => one.needKwh - (schedule.shortfallKwh[n] ?? 0));
    expect(sum(given)).toBeCloseTo(8, 4);
    expect((given[0] ?? 0) / 12).toBeGreaterThan(0.25 - 1e-4);
    expect((given[1] ?? 0) / 4).toBeGreaterThan(0.25 - 1e-4);
    expect((given[2] ?? 0) / 8).toBeGreaterThan(0.25 - 1e-4);
  });

  test('a heavier session before a lighter one of its tier', () => {
    const result = planned(
      question({ sessions: [session(1, { weight: 1 }), session(2, { weight: 2 })], room: () => 1 }),
    );
    expect(result.schedule.shortfallKwh).toEqual([expect.closeTo(4, 4), expect.closeTo(0, 4)]);
  });
});

describe('PO4: what it costs', () => {
  test('energy is bought when it is cheap and the car is still there', () => {
    const asked = question({ sessions: [session(1)], price: (interval) => (inHour(2)(interval) ? 0.1 : 0.3) });
    const { schedule } = planned(asked);
    expect(costOf(asked, schedule)).toBeCloseTo(0.4, 4);
    expect(
      sum(energies(asked, schedule, 0).filter((_, t) => asked.intervals.slice(t, t + 1).every(inHour(2)))),
    ).toBeCloseTo(4, 4);
  });

  test('a full need comes before a low price', () => {
    const byMs = epochMs(NOON_MS + HOUR_MS);
    const result = planned(
      question({ sessions: [session(1, { byMs })], price: (interval) => (inHour(0)(interval) ? 9 : 0) }),
    );
    expect(objective(result, 'shortfall 1')).toBeCloseTo(0, 6);
  });

  test('PV is used before energy is bought, and what nobody can use is curtailed', () => {
    const asked = question({
      sessions: [session(1)],
      change: (intervals) => ({ pvKw: intervals.map((interval) => (inHour(3)(interval) ? 3 : 0)) }),
    });
    const { schedule } = planned(asked);
    expect(costOf(asked, schedule)).toBeCloseTo(0.2, 4);
    const unused = question({ sessions: [], change: (intervals) => ({ pvKw: intervals.map(() => 3) }) });
    expect(planned(unused).schedule.curtailedKw.every((power) => Math.abs(power - 3) < 1e-6)).toBe(true);
  });

  test('MD19: a battery buys cheap for a dear hour, minus what it loses, and ends no emptier than it began', () => {
    const asked = question({
      sessions: [],
      price: (interval) => (inHour(0)(interval) ? 0.1 : 0.5),
      change: (intervals) => ({
        buildingKw: intervals.map((interval) => (inHour(3)(interval) ? 2 : 0)),
        battery: { capacityKwh: 5, energyKwh: 1, maxChargeKw: 4, maxDischargeKw: 4, efficiency: 0.9, wearPerKwh: 0.01 },
      }),
    });
    const { schedule } = planned(asked);
    // 2 kWh out of it take 2 / 0.81 kWh into it, and wear it.
    expect(costOf(asked, schedule)).toBeCloseTo((2 / 0.81) * 0.1 + 0.02, 4);
    expect(schedule.storedKwh.at(-1)).toBeCloseTo(1, 5);
  });

  test('an export price above the import price turns no meter in circles', () => {
    const asked = question({
      sessions: [session(1)],
      change: (intervals) => ({ exportLimitKw: 50, exportPerKwh: intervals.map(() => 0.9) }),
    });
    expect(sum(planned(asked).schedule.exportKw)).toBeCloseTo(0, 5);
  });
});

test('PO1: what the grid asks without a contract comes before needs, and is broken only by what does not give way', () => {
  const asked = question({
    sessions: [session(1, { needKwh: 12, maxKw: 8 })],
    change: (intervals) => ({
      askedLimitKw: intervals.map(() => 2),
      buildingKw: intervals.map((interval) => (inHour(1)(interval) ? 3 : 0)),
    }),
  });
  const result = planned(asked);
  expect(objective(result, 'excess')).toBeCloseTo(1, 5);
  expect(objective(result, 'shortfall 1')).toBeCloseTo(6, 4);
});

test('PO5: among plans that cost the same the one that charges early', () => {
  const asked = question({ sessions: [session(1, { needKwh: 4, maxKw: 8 })] });
  const early = energies(asked, planned(asked).schedule, 0).filter(
    (_, t) => (asked.intervals[t]?.toMs ?? 0) <= NOON_MS + HOUR_MS / 2,
  );
  expect(sum(early)).toBeCloseTo(4, 5);
});

test('PO3: what is fair stays so, however much is missing, when it comes to costs and to order', () => {
  // Two of which the order among equals would let one have everything.
  const huge = (name: string) => session(1, { sessionId: sessionId(name), needKwh: 1_000, maxKw: 100 });
  const asked = question({ sessions: [huge('north'), huge('south')], room: () => 100 });
  const result = planned(asked);
  const got = [0, 1].map((n) => sum(energies(asked, result.schedule, n)));
  expect(got.map((kwh) => Math.round(kwh))).toEqual([200, 200]);
  expect(objective(result, 'shortfall 1')).toBeCloseTo(1_600, 3);
});

test('PO6: sessions that nothing tells apart have one order, whatever the order of the question', () => {
  const two = [session(1, { needKwh: 2 }), session(2, { needKwh: 2 })];
  const first = (sessions: typeof two) => {
    const asked = question({ sessions, room: () => 8 });
    const { schedule } = planned(asked);
    return new Map(
      sessions.map(({ sessionId }, n) => [
        sessionId,
        energies(asked, schedule, n).map((kwh) => Math.round(kwh * 1e4) + 0),
      ]),
    );
  };
  expect(first(two.toReversed())).toEqual(first(two));
});

test('PC3: a car that comes in the middle of an interval gets what is left of it', () => {
  const fromMs = epochMs(NOON_MS + 150_000);
  const byMs = epochMs(NOON_MS + 300_000);
  const result = planned(question({ sessions: [session(1, { fromMs, byMs, maxKw: 12 })], hours: 1 }));
  expect(result.schedule.shortfallKwh[0]).toBeCloseTo(4 - 0.5, 5);
});

describe('5.4: what comes out', () => {
  const sessions = [session(1), session(2, { needKwh: 40, maxKw: 40 })];
  const { plan, schedule } = planned(question({ sessions, room: () => 10 }));

  test('budgets of the first hour, in whole watt-hours, none above what was planned', () => {
    for (const [n, { sessionId }] of sessions.entries()) {
      const budgets = plan.budgets.get(sessionId) ?? [];
      expect(
        budgets.every(({ fromMs, energyWh }) => fromMs < NOON_MS + HOUR_MS && Number.isSafeInteger(energyWh)),
      ).toBe(true);
      const plannedWh = energies(question({ sessions }), schedule, n)
        .slice(0, budgets.length)
        .map((kwh) => kwh * 1_000);
      expect(sum(budgets.map(({ energyWh }) => energyWh))).toBeLessThanOrEqual(sum(plannedWh) + 1);
    }
  });

  test('LC6: an envelope a little above what the site is planned to draw', () => {
    const shows = plan.envelope.map(({ powerW }, t) => powerW - (schedule.importKw[t] ?? 0) * 1_000);
    expect(Math.min(...shows)).toBeGreaterThanOrEqual(500 - 1e-3);
    expect(Math.max(...shows)).toBeLessThanOrEqual(501);
  });

  test('PR6: the price of the conductor that keeps a session short', () => {
    expect(plan.scarcity.length).toBeGreaterThan(0);
    expect(
      plan.scarcity.every(({ circuitId, kind, perAmp }) => circuitId === 'grid' && kind === 'l1' && perAmp > 0),
    ).toBe(true);
    expect(planned(question({ sessions: [session(1)] })).plan.scarcity).toEqual([]);
  });
});

describe('PT24: no plan rather than a doubtful one', () => {
  const asked = question({ sessions: [session(1)] });
  const refused = (wrong: Parameters<typeof makePlan>[2]) => makePlan(asked, NAMES, wrong);

  test('VF1: what is not solved', () => {
    expect(refused(() => undefined)).toEqual({ kind: 'no-plan', reason: 'unsolved', why: 'shortfall 1' });
  });

  test('VF7: a claim that does not hold is asked for once more, and then given up', () => {
    let asks = 0;
    const result = refused((program) => {
      asks += 1;
      const claimed = solve(program);
      return claimed === undefined ? undefined : { ...claimed, colValue: claimed.colValue.map((value) => value + 1) };
    });
    expect(result).toMatchObject({ kind: 'no-plan', reason: 'unproven' });
    expect(asks).toBe(2);
  });

  test('VF7: one wrong answer between right ones costs nothing', () => {
    let asks = 0;
    const result = refused((program) => {
      asks += 1;
      const claimed = solve(program);
      return asks === 1 && claimed !== undefined ? { ...claimed, rowDual: claimed.rowDual.map(() => 5) } : claimed;
    });
    expect(result.kind).toBe('planned');
  });

  test('a building above the import limit', () => {
    const impossible = question({ sessions: [], change: (intervals) => ({ buildingKw: intervals.map(() => 2_000) }) });
    expect(makePlan(impossible, NAMES, solve)).toMatchObject({ kind: 'no-plan', reason: 'unsolved' });
  });

  test.each([
    ['no intervals', () => ({ ...asked, intervals: [] }), 'no intervals'],
    ['too many intervals', () => question({ sessions: [], hours: 60 }), `at most ${MAX_PLAN_INTERVALS}`],
    [
      'too many sessions',
      () => question({ sessions: Array.from({ length: MAX_PLAN_SESSIONS + 1 }, (_, n) => session(n)) }),
      `at most ${MAX_PLAN_SESSIONS}`,
    ],
    [
      'too many rows',
      () => ({
        ...asked,
        rows: Array.from({ length: MAX_PLAN_ROWS + 1 }, () =>
          lineOf(
            [],
            asked.intervals.map(() => 1),
          ),
        ),
      }),
      `at most ${MAX_PLAN_ROWS}`,
    ],
    [
      'too many cells',
      () =>
        question({
          hours: 40,
          sessions: Array.from({ length: MAX_PLAN_SESSIONS }, (_, n) =>
            session(n, { byMs: epochMs(NOON_MS + 40 * HOUR_MS) }),
          ),
        }),
      `at most ${MAX_PLAN_CELLS}`,
    ],
    ['a short series', () => ({ ...asked, pvKw: [1] }), 'pvKw has 1 values'],
    [
      'a series with no number in it',
      () => ({ ...asked, buildingKw: asked.buildingKw.map(() => Number.NaN) }),
      'buildingKw has a value that is no number',
    ],
    ['a row that says too little', () => ({ ...asked, rows: [lineOf([], [1])] }), 'grid l1 does not say its room'],
    ['a need below 0', () => ({ ...asked, sessions: [session(1, { needKwh: -1 })] }), 'session-1 needs -1 kWh'],
    [
      'a power that is no number',
      () => ({ ...asked, sessions: [session(1, { maxKw: Number.NaN })] }),
      'session-1 takes NaN kW',
    ],
    [
      'an efficiency of 0',
      () => ({ ...asked, sessions: [session(1, { efficiency: 0 })] }),
      'session-1 has an efficiency of 0',
    ],
    ['a weight of 0', () => ({ ...asked, sessions: [session(1, { weight: 0 })] }), 'session-1 has a weight of 0'],
    [
      'a battery with more in it than it holds',
      () => ({
        ...asked,
        battery: { capacityKwh: 1, energyKwh: 2, maxChargeKw: 1, maxDischargeKw: 1, efficiency: 1, wearPerKwh: 0 },
      }),
      'a battery of 1 kWh with 2 kWh in it',
    ],
  ])('%s is not asked for', (_, make, why) => {
    expect(makePlan(make(), NAMES, solve)).toMatchObject({
      kind: 'no-plan',
      reason: 'question',
      why: expect.stringContaining(why),
    });
  });
});
