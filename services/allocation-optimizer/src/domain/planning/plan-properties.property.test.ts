import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import fc from 'fast-check';
import { objectionTo } from './check-schedule.ts';
import { QUARTER_MS } from './horizon.ts';
import { hoursOf, type PlanQuestion, presenceIn } from './question.ts';
import { costOf, type Schedule } from './schedule.ts';
import { maxFlow } from './test-support/max-flow.ts';
import { questions } from './test-support/random-questions.ts';
import { energies, HOUR_MS, NOON_MS, objective, planned, question, session, sum } from './test-support/questions.ts';

const RUNS = { numRuns: 60 };

test('PT18: every plan is proven to be the best, level by level, and the independent checker accepts it', () => {
  fc.assert(
    fc.property(questions, (asked) => {
      const { plan, schedule } = planned(asked);
      expect(objectionTo(asked, schedule)).toBeUndefined();
      for (const { gap } of plan.objectives) expect(Math.abs(gap)).toBeLessThanOrEqual(1e-6);
    }),
    RUNS,
  );
});

test('PT19, SV9: the same question has the same plan', () => {
  fc.assert(
    fc.property(questions, (asked) => {
      expect(planned(asked)).toEqual(planned(asked));
    }),
    { numRuns: 15 },
  );
});

/** In the order of `before`, each car as early as it fits: EDF, or whatever the order says. Without battery, and PV first. */
function greedy(asked: PlanQuestion, before: (a: number, b: number) => number): Schedule {
  const { intervals, sessions, rows, buildingKw, pvKw } = asked;
  const left = sessions.map(({ needKwh }) => needKwh);
  const room = intervals.map((_, t) => rows[0]?.roomA[t] ?? 0);
  const chargeKw = sessions.map(() => intervals.map(() => 0));
  for (const n of sessions.map((_, place) => place).toSorted(before)) {
    const one = sessions[n];
    if (one === undefined) continue;
    intervals.forEach((interval, t) => {
      const most = Math.min(
        one.maxKw * presenceIn(one, interval),
        room[t] ?? 0,
        (left[n] ?? 0) / (hoursOf(interval) * one.efficiency),
      );
      (chargeKw[n] ?? [])[t] = most;
      room[t] = (room[t] ?? 0) - most;
      left[n] = (left[n] ?? 0) - most * hoursOf(interval) * one.efficiency;
    });
  }
  const net = intervals.map(
    (_, t) => (buildingKw[t] ?? 0) + sum(chargeKw.map((powers) => powers[t] ?? 0)) - (pvKw[t] ?? 0),
  );
  const exportKw = net.map((power) => Math.min(asked.exportLimitKw, Math.max(0, -power)));
  const nothing = intervals.map(() => 0);
  const noCar = sessions.map(() => nothing);
  const importKw = net.map((power) => Math.max(0, power));
  return {
    ...{ chargeKw, shortfallKwh: left.map((kwh) => Math.max(0, kwh)), importKw, exportKw },
    ...{ dischargeKw: noCar, heldKwh: noCar },
    curtailedKw: net.map((power, t) => Math.max(0, -power) - (exportKw[t] ?? 0)),
    ...{ batteryInKw: nothing, batteryOutKw: nothing, storedKwh: intervals.map(() => asked.battery?.energyKwh ?? 0) },
    excessKw: importKw.map((power, t) => Math.max(0, power - (asked.askedLimitKw[t] ?? Infinity))),
    peakKw: asked.demand.map(({ peakKw }) => Math.max(peakKw, ...quarterMeans(asked, importKw))),
  };
}

/** A meter that reads every minute. */
function quarterMeans({ intervals, windowSoFarKwh }: PlanQuestion, importKw: readonly number[]): readonly number[] {
  const kwh = new Map<number, number>();
  const endMs = intervals.at(-1)?.toMs ?? 0;
  for (let atMs = NOON_MS; atMs < endMs; atMs += 60_000) {
    const t = intervals.findIndex(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
    const quarter = Math.floor(atMs / QUARTER_MS);
    kwh.set(quarter, (kwh.get(quarter) ?? (atMs === NOON_MS ? windowSoFarKwh : 0)) + (importKw[t] ?? 0) / 60);
  }
  return [...kwh.values()].map((one) => one / 0.25);
}

/** Excess, then weighted shortfall by tier, then cost. */
const worth = (asked: PlanQuestion, schedule: Schedule): readonly number[] => [
  sum(asked.intervals.map((interval, t) => (schedule.excessKw[t] ?? 0) * hoursOf(interval))),
  ...[1, 2].map((tier) =>
    sum(asked.sessions.map((one, n) => (one.tier === tier ? one.weight * (schedule.shortfallKwh[n] ?? 0) : 0))),
  ),
];

test('PT20, VF5: no greedy schedule on the same forecast is better, and none that serves as much is cheaper', () => {
  let compared = 0;
  fc.assert(
    fc.property(questions, (asked) => {
      const { schedule } = planned(asked);
      const deadline = (n: number): number => asked.sessions[n]?.byMs ?? 0;
      const need = (n: number): number => asked.sessions[n]?.needKwh ?? 0;
      const tier = (n: number): number => asked.sessions[n]?.tier ?? 0;
      for (const before of [
        (a: number, b: number) => tier(a) - tier(b) || deadline(a) - deadline(b) || a - b,
        (a: number, b: number) => a - b,
        (a: number, b: number) => need(b) - need(a) || a - b,
      ]) {
        const other = greedy(asked, before);
        expect(objectionTo(asked, other)).toBeUndefined();
        const [ours, theirs] = [worth(asked, schedule), worth(asked, other)];
        // A level is held with a slack of a ten-millionth of itself.
        const first = ours.findIndex((value, k) => Math.abs(value - (theirs[k] ?? 0)) > 1e-6 * Math.max(10, value));
        if (first >= 0) expect(ours[first]).toBeLessThan(theirs[first] ?? 0);
        // Fairness may cost something: only schedules that leave nobody short are compared by cost.
        const served = sum(ours) < 1e-5 && sum(theirs) < 1e-5;
        compared += Number(served);
        expect(!served || costOf(asked, schedule) <= costOf(asked, other) + 1e-4).toBe(true);
      }
    }),
    RUNS,
  );
  expect(compared).toBeGreaterThan(10);
});

test('PT21: what the largest flow serves, the plan serves', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          from: fc.nat(6),
          stay: fc.integer({ min: 1, max: 8 }),
          need: fc.nat(12),
          max: fc.integer({ min: 1, max: 5 }),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      fc.array(fc.nat(9), { minLength: 15, maxLength: 15 }),
      (cars, rooms) => {
        // Whole kWh a quarter: a power of 4 kW.
        const startMs = epochMs(NOON_MS + 2 * HOUR_MS);
        const sessions = cars.map(({ from, stay, need, max }, n) =>
          session(n, {
            needKwh: need,
            maxKw: max * 4,
            fromMs: epochMs(startMs + from * QUARTER_MS),
            byMs: epochMs(startMs + (from + stay) * QUARTER_MS),
          }),
        );
        const asked = question({
          sessions,
          hours: 6,
          room: ({ fromMs }) => (rooms[(fromMs - startMs) / QUARTER_MS] ?? 0) * 4,
        });
        const car = (n: number): number => 1 + n;
        const quarter = (n: number): number => 1 + cars.length + n;
        const sink = quarter(rooms.length);
        const flow = maxFlow(sink + 1, [
          ...cars.map(({ need }, n) => [0, car(n), need] as const),
          ...cars.flatMap(({ from, stay, max }, n) =>
            Array.from({ length: stay }, (_, t) => [car(n), quarter(from + t), max] as const),
          ),
          ...rooms.map((room, t) => [quarter(t), sink, room] as const),
        ]);
        const needed = sum(cars.map(({ need }) => need));
        expect(objective(planned(asked), 'shortfall 1')).toBeCloseTo(needed - flow, 4);
      },
    ),
    RUNS,
  );
});

test('PT22: the demand charge is what a meter of its own shows, read each minute', () => {
  fc.assert(
    fc.property(questions, (asked) => {
      const { schedule } = planned(asked);
      const means = quarterMeans(asked, schedule.importKw);
      for (const [k, { peakKw }] of asked.demand.entries())
        expect(schedule.peakKw[k]).toBeCloseTo(Math.max(peakKw, ...means), 4);
    }),
    RUNS,
  );
});

test('PC9, PO4: a target that costs nothing is used up, and no more than needed is billed above it', () => {
  const sessions = [session(1, { needKwh: 8, maxKw: 20 })];
  const withTarget = (targetKw: number | undefined) =>
    question({
      sessions,
      price: ({ fromMs }) => (fromMs < NOON_MS + HOUR_MS ? 0.1 : 0.2),
      change: () => ({
        demand: [{ fromMs: NOON_MS, toMs: epochMs(NOON_MS + 9 * HOUR_MS), pricePerKw: 10, peakKw: 1, targetKw }],
      }),
    });
  expect(planned(withTarget(undefined)).schedule.peakKw[0]).toBeCloseTo(2, 5);
  expect(sum(energies(withTarget(8), planned(withTarget(8)).schedule, 0).slice(0, 12))).toBeCloseTo(8, 4);
});

test('PT22: where windows are to be even no interval of one draws more than its mean may be; else the first may take all of it', () => {
  const steepest = (change: { readonly isEven?: true }) => {
    const period = { fromMs: NOON_MS, toMs: epochMs(NOON_MS + 9 * HOUR_MS), pricePerKw: 10, peakKw: 0 };
    const asked = question({
      sessions: [session(1, { needKwh: 8, maxKw: 30, byMs: epochMs(NOON_MS + HOUR_MS) })],
      change: () => ({ demand: [{ ...period, targetKw: undefined, ...change }] }),
    });
    const { schedule } = planned(asked);
    expect(schedule.peakKw).toEqual([expect.closeTo(8, 4)]);
    return Math.max(...(schedule.chargeKw[0] ?? []));
  };
  expect(steepest({})).toBeGreaterThan(20);
  expect(steepest({ isEven: true })).toBeCloseTo(8, 4);
});

test('PT23: a month that ends within the plan has a peak of its own, and the window between is billed once', () => {
  const endsMs = epochMs(NOON_MS + 2 * HOUR_MS);
  const period = (fromMs: number, toMs: number, pricePerKw: number) => ({
    ...{ fromMs: epochMs(fromMs), toMs: epochMs(toMs), pricePerKw },
    peakKw: 0,
    targetKw: undefined,
  });
  const asked = question({
    sessions: [session(1, { needKwh: 8, maxKw: 20 })],
    change: () => ({ demand: [period(NOON_MS - HOUR_MS, endsMs, 10), period(endsMs, NOON_MS + 9 * HOUR_MS, 1)] }),
  });
  const { schedule } = planned(asked);
  // All of it in the cheap month, evenly: 8 kWh in two hours.
  expect(schedule.peakKw).toEqual([expect.closeTo(0, 5), expect.closeTo(4, 5)]);
});

test('PT25: a price that is higher by the same at all times changes no plan that serves all needs', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      (prices, more) => {
        const sessions = [
          session(1),
          session(2, { needKwh: 9 }),
          session(3, { needKwh: 3, byMs: epochMs(NOON_MS + HOUR_MS) }),
        ];
        const at = (added: number) =>
          planned(
            question({
              sessions,
              room: () => 11,
              price: ({ fromMs }) => ((prices[Math.floor((fromMs - NOON_MS) / HOUR_MS)] ?? 0) + added) / 100,
            }),
          ).schedule;
        // A cost is held with a slack of a ten-millionth: what that buys is no other plan.
        const [before, after] = [at(0).chargeKw.flat(), at(more).chargeKw.flat()];
        expect(Math.max(...before.map((power, k) => Math.abs(power - (after[k] ?? 0))))).toBeLessThan(0.01);
      },
    ),
    { numRuns: 25 },
  );
});
