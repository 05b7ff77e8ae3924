import { expect, test } from '@jest/globals';
import { createGolden } from './golden.ts';
import { goldenDay, goldenNames } from './golden-day.ts';
import { goldenPlan } from './golden-site.ts';
import { tariffJsonOf } from './golden-tariff.ts';
import { timetableOf, traceAt, windowOf } from './timetable.ts';

const NINE_MS = Date.UTC(2026, 0, 12, 9);
const whole = (name: string) => createGolden({ name, stations: 60, hours: windowOf(name).hours, beganMs: NINE_MS });

test.each(goldenNames())(
  '%s: all its cars come and go within the time that is played, and no two at one bay',
  (name) => {
    const { cars } = whole(name);
    expect(cars.length).toBeGreaterThan(10);
    const freeFrom = new Map<number, number>();
    for (const { session, arriveMs, departMs } of cars) {
      expect(arriveMs).toBeGreaterThan(freeFrom.get(session.bay) ?? 60_000);
      freeFrom.set(session.bay, departMs);
    }
  },
);

test('a day is so many times as fast as it is, and its cars want as much less energy at the powers that they have', () => {
  const { cars, timetable } = whole('garage-50');
  const day = goldenDay('garage-50');
  const needKwh = day.sessions.reduce((sum, session) => sum + session.needKwh, 0);
  expect(cars.reduce((sum, { needWh }) => sum + needWh, 0) / 1_000).toBeCloseTo(needKwh / timetable.speed, 6);
  expect(timetable.speed).toBeCloseTo(11.6, 1);
  expect(new Set(cars.map(({ car }) => car.maxA))).toEqual(new Set([32]));
});

test('what a document leaves to its defaults is filled in: the tier of a circuit, the least that a car takes, the voltage between two phases', () => {
  const { plan } = goldenPlan(goldenDay('residential'), 60);
  const tiers = plan.document.spec.stations.map(({ circuit, evses }) => [circuit, evses[0]?.tier, evses[0]?.minimumA]);
  expect(new Set(tiers.map((each) => each.join(' ')))).toEqual(
    new Set(['stairs-a  6', 'stairs-b 2 6', 'stairs-c 3 6']),
  );
  const [delta] = goldenPlan(goldenDay('delta-208'), 60).plan.stations;
  expect([delta?.wiredPhases, delta?.nominalVoltageV?.toFixed(1)]).toEqual([1, '207.8']);
  const [bus] = goldenPlan(goldenDay('depot-buses'), 60).plan.stations;
  expect(bus?.hardwareMaxA).toBeCloseTo(80_000 / 690 / (0.95 * 0.98), 6);
});

test('a part of a site is as crowded as the whole: of each circuit as many bays, on as much less of everything', () => {
  const { plan, part, sessions } = goldenPlan(goldenDay('residential'), 15);
  expect(part).toBe(0.25);
  expect(plan.document.spec.stations.map(({ circuit }) => circuit).filter((name) => name === 'stairs-c')).toHaveLength(
    5,
  );
  expect(plan.document.spec.circuits.map(({ ratingPerPhaseA }) => ratingPerPhaseA)).toEqual([16, 16, 16, 16]);
  expect(plan.document.spec.meters.map((meter) => meter.worstCasePerPhaseA)).toEqual([15]);
  for (const { bay } of sessions) expect(bay).toBeLessThan(15);
});

test('the dear hours of the depot, 17 to 20, are one half hour of the run, and a kW costs a sixth', () => {
  const day = goldenDay('depot-v2g');
  const { timetable } = whole('depot-v2g');
  const { spec } = JSON.parse(tariffJsonOf(day, timetable, NINE_MS)) as {
    readonly spec: {
      readonly seasons: readonly { readonly days: { readonly weekday: readonly { from: string; period: string }[] } }[];
      readonly demandCharges: readonly { readonly perKw: number; readonly periods?: readonly string[] }[];
    };
  };
  const clocks = spec.seasons[0]?.days.weekday.filter(({ from }) => from >= '09:00' && from < '11:30') ?? [];
  expect(clocks.map(({ from, period }) => `${from} ${period}`)).toEqual([
    '09:00 at 0.2147',
    '09:30 at 0.3184',
    '10:00 at 0.2147',
    '10:30 at 0.1425',
    '11:00 at 0.1425',
  ]);
  expect(spec.demandCharges.map(({ perKw, periods }) => [perKw, periods])).toEqual([
    [0.708333, undefined],
    [1.483333, ['at 0.3184']],
  ]);
});

test('a meter goes on a straight line from one quarter of an hour to the next, and day after day', () => {
  const amps = Array.from({ length: 96 }, (_, n) => n);
  expect([0, 7.5, 1_425, 1_432.5, 1_440, 2_880].map((minute) => traceAt(amps, minute))).toEqual([
    0, 0.5, 95, 47.5, 0, 0,
  ]);
  const timetable = timetableOf({ fromMin: 600, untilMin: 1_200, hours: 1 }, 1);
  expect(timetable.dayMin(timetable.runMs(777))).toBeCloseTo(777, 9);
});
