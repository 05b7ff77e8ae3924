import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import type { BillingMemory } from '../billing-memory.ts';
import { panelOf, siteOf } from '../given.fixture.ts';
import { gridTimelineOf, type GridTimelines } from '../grid-timeline.ts';
import { horizonOf } from './horizon.ts';
import { moneyOf, TARGET_SHARE } from './plan-money.ts';
import { carbonPerKwhOf } from './plan-carbon.ts';
import type { PlanQuestion } from './question.ts';
import { energies, lineOf, planned, question, session, sum } from './test-support/questions.ts';
import { EVENING, tariffText } from './test-support/tariffs.ts';

const HOUR_MS = 3_600_000;
/** A Tuesday at noon. */
const NOON_MS = epochMs(Date.UTC(2026, 2, 10, 12));
const hours = (n: number) => epochMs(NOON_MS + n * HOUR_MS);
const site = siteOf({ ...panelOf(1), share: 'smoothed-laxity', objective: 'cost', tariff: EVENING });
const intervals = horizonOf(NOON_MS, hours(24));
const NO_GRID: GridTimelines = new Map();

const asked = (change: Partial<Parameters<typeof moneyOf>[0]> = {}) =>
  moneyOf({ site, grid: NO_GRID, billing: undefined, nowMs: NOON_MS, ...change }, intervals);
/** The price in the interval that begins so many hours from noon. */
const priceAt = ({ importPerKwh }: ReturnType<typeof asked>, n: number) =>
  importPerKwh[intervals.findIndex(({ fromMs }) => fromMs === hours(n))];

function gridWith(
  prices: readonly {
    readonly from: number;
    readonly until?: number;
    readonly micro?: number;
    readonly currency?: string;
  }[],
): GridTimelines {
  const timeline = gridTimelineOf(
    1n,
    prices.map(({ from, until, micro, currency = 'EUR' }) => ({
      ...{ startMs: hours(from), endMs: until === undefined ? undefined : hours(until), limitW: undefined },
      ...{ kind: 'event' as const, source: 'vtn', eventId: 'e' },
      price: micro === undefined ? undefined : { currency, microPerKwh: micro },
    })),
  );
  if (timeline.kind === 'err') throw new Error(timeline.error);
  return new Map([['', timeline.value]]);
}

test('MD20: the tariff of the document gives each interval its price', () => {
  const money = asked();
  expect(money).toMatchObject({ isPriced: true, objective: 'cost' });
  expect([0, 3.75, 4, 8.75, 9, 23.75].map((n) => priceAt(money, n))).toEqual([0.1, 0.1, 0.4, 0.4, 0.1, 0.1]);
});

test('DR-E5: a price of the grid holds in its time, the tariff before and after; below 0 and 0 are prices', () => {
  const grid = gridWith([
    { from: 0, until: 1 },
    { from: 1, until: 2, micro: -50_000 },
    { from: 2, until: 4.5, micro: 0 },
    { from: 4.5 },
  ]);
  const money = asked({ grid });
  expect([0, 1, 1.75, 2, 4.25, 4.5, 9].map((n) => priceAt(money, n))).toEqual([0.1, -0.05, -0.05, 0, 0, 0.4, 0.1]);
  expect(priceAt(asked({ grid: gridWith([{ from: 0, micro: 9, currency: 'USD' }]) }), 4)).toBe(0.4);
});

test('without a tariff the grid alone tells prices; later hours of which nobody says one cost their mean', () => {
  const bare = siteOf({ ...panelOf(1), share: 'smoothed-laxity', objective: 'cost' });
  const grid = gridWith([{ from: 0, until: 2, micro: 100_000 }, { from: 2, until: 4, micro: 300_000 }, { from: 4 }]);
  const money = asked({ site: bare, grid });
  expect([0, 2, 23].map((n) => priceAt(money, n))).toEqual([0.1, 0.3, expect.closeTo(0.2, 9)]);
  expect(money.demand).toEqual([]);
});

test('where the next hour is not known in full nothing is: all times count the same, and the question says so', () => {
  const grid = gridWith([{ from: 0.5, micro: 100_000 }]);
  for (const of of [
    { site: siteOf({ ...panelOf(1), share: 'smoothed-laxity', objective: 'cost' }) },
    {
      site: siteOf({ ...panelOf(1), share: 'smoothed-laxity', objective: 'cost' }),
      grid: gridWith([{ from: 0.5, micro: 1 }]),
    },
    { site: siteOf({ ...panelOf(1), tariff: tariffText({ validTo: '2026-03-09' }) }) },
  ]) {
    const money = asked({ grid: NO_GRID, ...of });
    expect(money).toMatchObject({ isPriced: false, demand: [] });
    expect(new Set(money.importPerKwh).size).toBe(1);
  }
  // The tariff covers what the grid does not.
  expect(asked({ grid }).isPriced).toBe(true);
});

test('a document that does not ask for the lowest cost is planned for delivery, and no demand charge counts', () => {
  expect(asked({ site: siteOf({ ...panelOf(1), tariff: EVENING }) })).toMatchObject({
    ...{ objective: 'delivery', isPriced: true, demand: [] },
  });
});

const MARCH = { fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 3, 1) };
const drawn = (change: Partial<BillingMemory> = {}): BillingMemory => ({
  ...{ monthStartMs: MARCH.fromMs, asOfMs: NOON_MS, powerW: 8_000, windowStartMs: NOON_MS, windowMilliJ: 0 },
  peaks: [
    { charge: 'any time', peakW: 20_000 },
    { charge: 'in the evening', peakW: 4_000, beforeW: 12_000 },
  ],
  ...change,
});

test('MD21, PO4: each charge counts in its hours, from the peak so far on; a month before is expected again in part', () => {
  const [any, evening, ...others] = asked({ billing: drawn() }).demand;
  expect(others).toEqual([]);
  const daysLeft = (MARCH.toMs - NOON_MS) / (24 * HOUR_MS);
  expect(any).toMatchObject({ ...MARCH, peakKw: 20, targetKw: undefined });
  expect(any?.pricePerKw).toBeCloseTo(10 / daysLeft, 9);
  expect(evening).toMatchObject({ ...MARCH, pricePerKw: 5, peakKw: 4, targetKw: 12 * TARGET_SHARE });
  expect(evening?.only).toEqual([{ fromMs: hours(4), toMs: hours(9) }]);
});

test('MD21: over the end of a month there are two periods, and nothing was drawn yet in the second', () => {
  const nowMs = epochMs(Date.UTC(2026, 2, 31, 12));
  const later = horizonOf(nowMs, epochMs(nowMs + 24 * HOUR_MS));
  const { demand } = moneyOf({ site, grid: NO_GRID, billing: drawn({ asOfMs: nowMs }), nowMs }, later);
  expect(
    demand
      .filter(({ only }) => only?.some(({ toMs }) => toMs > MARCH.toMs))
      .map(({ fromMs, peakKw }) => [fromMs, peakKw]),
  ).toEqual([[MARCH.toMs, 0]]);
  expect(demand.filter(({ fromMs }) => fromMs === MARCH.fromMs).map(({ peakKw }) => peakKw)).toEqual([20, 4]);
});

test('PC9: what was drawn in the window that is open counts in it', () => {
  const nowMs = epochMs(NOON_MS + 360_000);
  const of = {
    site,
    grid: NO_GRID,
    billing: drawn({ asOfMs: epochMs(NOON_MS + 300_000), windowMilliJ: 8_000 * 300_000 }),
    nowMs,
  };
  expect(moneyOf(of, horizonOf(nowMs, hours(24))).windowSoFarKwh).toBeCloseTo(0.8, 9);
  const stale = { ...of, billing: drawn({ windowStartMs: epochMs(NOON_MS - 900_000) }) };
  expect(moneyOf(stale, horizonOf(nowMs, hours(24))).windowSoFarKwh).toBe(0);
});

test('a critical peak that the grid tells over the tariff: who can wait takes nothing in it, who cannot has all he needs, and it is paid', () => {
  // From 17 to 19 h, within the dear evening; the tariff holds before and after.
  const grid = gridWith([{ from: 0, until: 5 }, { from: 5, until: 7, micro: 1_500_000 }, { from: 7 }]);
  const money = { ...asked({ grid }), demand: [] };
  expect([4.75, 5, 6.75, 7, 9].map((n) => priceAt(money, n))).toEqual([0.4, 1.5, 1.5, 0.4, 0.1]);
  const car = (n: number, fromH: number, untilH: number) =>
    session(n, { fromMs: hours(fromH), byMs: hours(untilH), needKwh: 10, maxKw: 10 });
  // Here from 15 h until the next morning, from 15 to 20 h, and from 17 to 18 h.
  const sessions = [car(1, 3, 20), car(2, 3, 8), car(3, 5, 6)];
  const planning: PlanQuestion = {
    ...question({ sessions }),
    ...{
      nowMs: NOON_MS,
      intervals,
      rows: [
        lineOf(
          sessions,
          intervals.map(() => 10),
        ),
      ],
      askedLimitKw: each(Infinity),
    },
    ...{ buildingKw: each(0), pvKw: each(0), importLimitKw: each(1_000), exportLimitKw: 0, battery: undefined },
    ...money,
  };
  const made = planned(planning);
  const inPeak = sessions.map((_, n) =>
    sum(energies(planning, made.schedule, n).filter((_kwh, t) => priceIsCritical(planning, t))),
  );
  expect(inPeak).toEqual([expect.closeTo(0, 4), expect.closeTo(0, 4), expect.closeTo(10, 4)]);
  expect([...made.plan.sessions.values()].map(({ missingWh }) => missingWh)).toEqual([0, 0, 0]);
  expect(made.plan).toMatchObject({ mode: 'cost' });
  // 1.00 in the cheap hour before 16 h or after 21 h for two of them, 15.00 for the third.
  expect([...made.plan.sessions.values()].map(({ costMicro = 0 }) => costMicro / 1e6)).toEqual([
    expect.closeTo(1, 2),
    expect.closeTo(1, 2),
    expect.closeTo(15, 2),
  ]);
});

const each = (value: number): readonly number[] => intervals.map(() => value);
const priceIsCritical = ({ importPerKwh }: PlanQuestion, t: number): boolean => (importPerKwh[t] ?? 0) > 1;

test('what the grid says of emissions is the mean of each interval; of later hours the mean of the known ones; without the next hour nothing', () => {
  const emitting = (...values: readonly (readonly [from: number, until: number, mgPerKwh: number])[]): GridTimelines =>
    new Map([
      [
        '',
        {
          ...{ version: 1n, limits: [] },
          carbon: values.map(([from, until, mgPerKwh]) => ({ startMs: hours(from), endMs: hours(until), mgPerKwh })),
        },
      ],
    ]);
  const gramsAt = (grid: GridTimelines, n: number) =>
    carbonPerKwhOf(grid, intervals)?.[intervals.findIndex(({ fromMs }) => fromMs === hours(n))];
  const known = emitting([0, 1.125, 400_000], [1.125, 2, 0]);
  expect([0, 0.5, 1, 1.25].map((n) => gramsAt(known, n))).toEqual([400, 400, 200, 0]);
  expect(gramsAt(known, 12)).toBeCloseTo((400 * 1.125) / 2, 6);
  expect(carbonPerKwhOf(emitting([0.25, 9, 400_000]), intervals)).toBeUndefined();
  expect(carbonPerKwhOf(NO_GRID, intervals)).toBeUndefined();
});
