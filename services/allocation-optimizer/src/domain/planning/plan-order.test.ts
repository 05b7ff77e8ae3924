import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { type PlanQuestion, troubleOf } from './question.ts';
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
    (hour) => Math.round(sum(kwh.filter((_, t) => inHour(hour)(asked.intervals[t] ?? { fromMs: 0 }))) * 1e3) / 1e3,
  );
}
const grams = (values: readonly number[]) => (intervals: PlanQuestion['intervals']) => ({
  carbonGPerKwh: intervals.map(({ fromMs }) => values[Math.floor((fromMs - NOON_MS) / HOUR_MS)] ?? 0),
});
const ONE = [session(1, { needKwh: 4, maxKw: 8 })];

test('PO4: at one price the hour that emits least is taken; without anybody who says so the first one', () => {
  expect(byHour(question({ sessions: ONE }))).toEqual([4, 0, 0, 0]);
  const asked = question({ sessions: ONE, change: grams([400, 300, 50, 300]) });
  expect(byHour(asked)).toEqual([0, 0, 4, 0]);
  const { plan } = planned(asked);
  expect(plan.carbonG).toBe(200);
  expect([...plan.sessions.values()]).toMatchObject([{ carbonG: 200, costMicro: 800_000 }]);
  expect(planned(question({ sessions: ONE })).plan.carbonG).toBeUndefined();
});

test('what is needed comes before what it costs, and that before what it emits', () => {
  const dear = question({
    sessions: ONE,
    price: ({ fromMs }) => (inHour(1)({ fromMs }) ? 0.19 : 0.2),
    change: grams([10, 900, 10, 10]),
  });
  expect(byHour(dear)).toEqual([0, 4, 0, 0]);
  const leaves = [session(1, { needKwh: 8, maxKw: 8, byMs: epochMs(NOON_MS + HOUR_MS) })];
  const needed = question({ sessions: leaves, change: grams([900, 1, 1, 1]) });
  expect(byHour(needed)).toEqual([8, 0, 0, 0]);
});

test('with prices unknown the plan still goes by what a kWh emits, and says what that comes to and no cost', () => {
  const asked = question({
    sessions: ONE,
    change: (intervals) => ({ ...grams([400, 300, 300, 50])(intervals), isPriced: false, objective: 'delivery' }),
  });
  expect(byHour(asked)).toEqual([0, 0, 0, 4]);
  const { plan } = planned(asked);
  expect(plan).toMatchObject({ costMicro: undefined, carbonG: 200 });
  expect([...plan.sessions.values()][0]?.costMicro).toBeUndefined();
});

test('nobody has the sun for himself: what the roof supplies makes the kWh of all cheaper alike', () => {
  const sessions = [1, 2].map((n) => session(n, { needKwh: 2, maxKw: 4, byMs: epochMs(NOON_MS + HOUR_MS) }));
  const asked = question({
    sessions,
    hours: 1,
    room: () => 4,
    change: (intervals) => ({ pvKw: intervals.map(() => 2), ...grams([500, 0, 0, 0])(intervals) }),
  });
  const { plan } = planned(asked);
  // Four kWh, of which two come from the grid at 0.20 and 500 g.
  expect([plan.costMicro, plan.carbonG]).toEqual([400_000, 1_000]);
  const shares = [...plan.sessions.values()].map(({ costMicro, carbonG }) => [costMicro, carbonG]);
  expect(shares).toEqual([
    [expect.closeTo(200_000, -1), expect.closeTo(500, -1)],
    [expect.closeTo(200_000, -1), expect.closeTo(500, -1)],
  ]);
});

test('PV that is expected later is waited for by whoever can wait, and the envelope lets cars draw what it supplies', () => {
  const sun = (intervals: PlanQuestion['intervals']) => ({
    pvKw: intervals.map(({ fromMs }) => (inHour(3)({ fromMs }) ? 8 : 0)),
    objective: 'delivery' as const,
  });
  const asked = question({ sessions: ONE, change: sun });
  expect(byHour(asked)).toEqual([0, 0, 0, 4]);
  const { plan } = planned(asked);
  expect(plan.importW.every((watts) => watts === 0)).toBe(true);
  const mostW = Math.max(...plan.envelope.map(({ powerW }) => powerW));
  expect(mostW).toBeGreaterThanOrEqual(8_000);
  // Who leaves before it comes waits for nothing.
  const leaves = [session(1, { needKwh: 4, maxKw: 8, byMs: epochMs(NOON_MS + 2 * HOUR_MS) })];
  expect(byHour(question({ sessions: leaves, change: sun }))).toEqual([4, 0, 0, 0]);
});

/** A plan before that gave each car so many kW in the first quarters of an hour. */
const withLast = (...powers: readonly (readonly number[] | undefined)[]) =>
  powers.map((lastKw, n) => session(n + 1, { needKwh: 2, maxKw: 8, ...(lastKw === undefined ? {} : { lastKw }) }));
const early = (asked: PlanQuestion, n: number): number => sum(energies(asked, planned(asked).schedule, n).slice(0, 3));

test('PO5: of two cars that nothing else tells apart the one that was planned first stays first', () => {
  const room = () => 8;
  const first = [8, 8, 8, 0, 0, 0];
  const later = [0, 0, 0, 8, 8, 8];
  const one = question({ sessions: withLast(first, later), room });
  const other = question({ sessions: withLast(later, first), room });
  expect([early(one, 0), early(one, 1)]).toEqual([expect.closeTo(2, 4), expect.closeTo(0, 4)]);
  expect([early(other, 0), early(other, 1)]).toEqual([expect.closeTo(0, 4), expect.closeTo(2, 4)]);
  expect(objective(planned(one), 'smoothness')).toBeLessThan(1e-3);
});

test('PO5: a lower price later moves what the plan before gave, and a car that came since is served', () => {
  const first = [8, 8, 8, 0, 0, 0];
  const cheaper = question({ sessions: withLast(first), price: ({ fromMs }) => (inHour(2)({ fromMs }) ? 0.1 : 0.2) });
  expect(byHour(cheaper)).toEqual([0, 0, 2, 0]);
  const byMs = epochMs(NOON_MS + HOUR_MS / 4);
  const urgent = { ...session(2, { needKwh: 2, maxKw: 8 }), byMs };
  const asked = question({ sessions: [...withLast(first), urgent], room: () => 8 });
  expect([early(asked, 0), early(asked, 1)]).toEqual([expect.closeTo(0, 4), expect.closeTo(2, 4)]);
});

test('PO5: who was planned to have the rest later is not drawn to the front, early as that would be', () => {
  const asked = question({ sessions: withLast([4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]) });
  expect(byHour(asked)).toEqual([1, 1, 0, 0]);
});

test('PO5: who had a budget keeps it before one who has come since, whatever their names', () => {
  const room = () => 8;
  const [one, other] = [withLast([8, 8, 8], undefined), withLast(undefined, [8, 8, 8])];
  expect(early(question({ sessions: one, room }), 0)).toBeCloseTo(2, 4);
  expect(early(question({ sessions: other, room }), 1)).toBeCloseTo(2, 4);
});

test('for the slack of what is held no battery takes and gives at once', () => {
  const battery = {
    capacityKwh: 10,
    energyKwh: 4,
    maxChargeKw: 5,
    maxDischargeKw: 5,
    efficiency: 0.95,
    wearPerKwh: 0.02,
  };
  const asked = question({
    sessions: [],
    price: ({ fromMs }) => [0.04, 0.14, 0.4, 0][Math.floor((fromMs - NOON_MS) / HOUR_MS)] ?? 0,
    change: (intervals) => ({
      ...{ battery, askedLimitKw: intervals.map(() => 0), exportPerKwh: intervals.map(() => 0.06) },
      buildingKw: intervals.map(({ fromMs }) => 2 + (fromMs % 7) / 10),
      pvKw: intervals.map(({ fromMs }) => (inHour(1)({ fromMs }) || inHour(3)({ fromMs }) ? 4 : 0)),
      importLimitKw: intervals.map((_, t) => 20 + (t % 3)),
      ...grams([0, 0, 2, 0])(intervals),
    }),
  });
  const { batteryInKw, batteryOutKw } = planned(asked).schedule;
  expect(batteryInKw.filter((kw, t) => Math.min(kw, batteryOutKw[t] ?? 0) > 1e-5)).toEqual([]);
});

test('a plan before of no power is no question, and neither is an emission that is no number', () => {
  expect(troubleOf(question({ sessions: withLast([Number.NaN]) }))).toContain('was planned no power');
  expect(troubleOf(question({ sessions: withLast([-1]) }))).toContain('was planned no power');
  expect(troubleOf(question({ sessions: ONE, change: () => ({ carbonGPerKwh: [1] }) }))).toContain(
    'carbonGPerKwh has 1 value',
  );
  const odd = question({ sessions: ONE, change: (all) => ({ carbonGPerKwh: all.map(() => Number.NaN) }) });
  expect(troubleOf(odd)).toBe('carbonGPerKwh has a value that is no number');
});
