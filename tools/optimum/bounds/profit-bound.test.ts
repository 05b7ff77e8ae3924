import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { acCar } from '../generate/session.ts';
import type { SlotSession, SlottedDay } from '../site/slotted.ts';
import { certifyProfit, type ProfitTerms, type RowPrices } from './certify-profit.ts';
import { energyBound } from './energy-bound.ts';
import { profitBound } from './profit-bound.ts';

const solver = await openHighs();
const WH_OF_SLOT = 32 * 230 * (5 / 60);
const FULL_KW = (32 * 230) / 1_000;

/** Wants so many slots of 32 A. */
const session = (index: number, [first, end]: readonly [number, number], slots: number): SlotSession => ({
  ...{ index, evse: index, first, end, car: acCar(1, 32), lines: [0], claim: {} },
  ...{ conduct: { belowOfferA: 0, needsEdge: false }, needWh: slots * WH_OF_SLOT },
});
const dayOf = (sessions: readonly SlotSession[], slots: number): SlottedDay => ({
  ...{ slots, sessions },
  rows: [
    {
      ...{ name: 'l1', circuit: 'grid', members: sessions.map((_, place) => place) },
      capacityA: new Float64Array(slots).fill(32),
    },
  ],
});
const kwh = (slots: number): number => (slots * WH_OF_SLOT) / 1_000;
const terms = (worth: (slot: number) => number, perKw = 0): ProfitTerms => ({
  ...{ valuePerWh: 0, pricePerWh: (slot) => 0 - worth(slot) / 1_000 },
  charges: [{ perKw, counts: () => true }],
});

test('YS2: it waits for the hours that earn more, and sells nothing at a loss', () => {
  const worth = terms((slot) => (slot < 3 ? 0.1 : slot < 6 ? 0.2 : -0.1));
  const best = profitBound(solver, dayOf([session(0, [0, 9], 5)], 9), worth);
  expect(best.bound).toBeCloseTo(kwh(3) * 0.2 + kwh(2) * 0.1, 9);
  expect(Math.abs(best.gap)).toBeLessThan(1e-9);
});

test('YS2, PC9: a peak costs by the highest mean of a quarter: what can be spread is', () => {
  // Three slots of full current over four quarters: a quarter of full power in each.
  const best = profitBound(
    solver,
    dayOf([session(0, [0, 12], 3)], 12),
    terms(() => 1, 0.01),
  );
  expect(best.peaksKw[0]).toBeCloseTo(FULL_KW / 4, 9);
  expect(best.bound).toBeCloseTo(kwh(3) - 0.01 * (FULL_KW / 4), 9);
});

test('YS2: where a kW costs more than its energy earns nothing is sold', () => {
  expect(
    profitBound(
      solver,
      dayOf([session(0, [0, 12], 3)], 12),
      terms(() => 0.1, 1_000),
    ).bound,
  ).toBeCloseTo(0, 9);
});

test('VF2, VF3: prices that prove less, and a schedule beyond a conductor, are found without the solver', () => {
  const day = dayOf([session(0, [0, 3], 3), session(1, [0, 3], 3)], 3);
  const none = {
    rows: new Map<string, RowPrices>(),
    needs: new Map<number, number>(),
    quarters: [new Float64Array(1)],
  };
  const of = { terms: terms(() => 1), prices: none };
  // Without any price of the conductor both cars might have all: that proves twice what one can have.
  expect(() => certifyProfit(day, () => 16, of)).toThrow(/may be possible/u);
  expect(() => certifyProfit(day, () => 32, of)).toThrow(/l1 in slot 0/u);
  expect(() => certifyProfit(day, () => -1, of)).toThrow(/below 0/u);
  const whole = {
    ...none,
    rows: new Map([['l1', { x: new Float64Array(3).fill(kwh(1) / 32), y: new Float64Array(3) }]]),
  };
  expect(certifyProfit(day, () => 16, { terms: terms(() => 1), prices: whole }).gap).toBeCloseTo(0, 9);
});

/** Three cars, one between each two conductors: what flows in a conductor is the length of a sum of arrows. */
function deltaDay(): SlottedDay {
  const sessions = [session(0, [0, 12], 12), session(1, [0, 9], 9), session(2, [3, 12], 9)];
  const arrow = (degrees: number) => ({
    x: Math.cos((degrees * Math.PI) / 180),
    y: Math.sin((degrees * Math.PI) / 180),
  });
  const row = (name: string, members: readonly number[]) => ({
    ...{ name, circuit: 'grid', members, phasors: [arrow(30), arrow(-30)] },
    capacityA: new Float64Array(12).fill(40),
  });
  return { slots: 12, sessions, rows: [row('l1', [0, 1]), row('l2', [1, 2]), row('l3', [2, 0])] };
}

test('YS1, YS2: where energy is all that counts, the highest profit on conductors that carry arrows is the most energy', () => {
  const day = deltaDay();
  const free: ProfitTerms = { valuePerWh: 1, pricePerWh: () => 0, charges: [] };
  const [best, most] = [profitBound(solver, day, free), energyBound(solver, day)];
  // Less than all, or the conductors would bind nothing; more than a sum of amperes would let through.
  expect(most.energyWh).toBeLessThan(30 * WH_OF_SLOT * 0.95);
  expect(Math.abs(best.bound / most.energyWh - 1)).toBeLessThan(3e-4);
  expect(Math.abs(best.gap)).toBeLessThan(5e-4);
});

test('VF2: a schedule that is too long for an arrow is found without the solver', () => {
  const none = { rows: new Map<string, RowPrices>(), needs: new Map<number, number>(), quarters: [] };
  const of = { terms: { valuePerWh: 1, pricePerWh: () => 0, charges: [] }, prices: none };
  // 24 A at 30 degrees to either side are 41.6 A in the conductor.
  expect(() => certifyProfit(deltaDay(), () => 24, of)).toThrow(/l1 in slot 0/u);
  expect(() => certifyProfit(deltaDay(), () => 23, of)).toThrow(/may be possible/u);
});

test('PV7: a charge looks at its own quarters only, and two of them are paid one beside the other', () => {
  const day = dayOf([session(0, [0, 6], 3)], 6);
  const charges = [
    { perKw: 0.01, counts: () => true },
    { perKw: 100, counts: (quarter: number) => quarter === 0 },
  ];
  const best = profitBound(solver, day, { ...terms(() => 1), charges });
  // All of it flows in the second quarter, where half of the price of the first would ask for the half.
  expect(best.peaksKw).toEqual([expect.closeTo(FULL_KW, 6), expect.closeTo(0, 6)]);
  expect(best.bound).toBeCloseTo(kwh(3) - 0.01 * FULL_KW, 6);
});

test('what is lost on the way into a car is bought all the same', () => {
  const [one] = dayOf([session(0, [0, 3], 3)], 3).sessions;
  if (one === undefined) throw new Error('nobody is there');
  const lossy = dayOf([{ ...one, car: { ...one.car, efficiency: 0.8 } }], 3);
  const of = (pricePerKwh: number): ProfitTerms => ({
    ...{ valuePerWh: 0.3 / 1_000, pricePerWh: () => pricePerKwh / 1_000, charges: [] },
  });
  expect(profitBound(solver, lossy, of(0.2)).bound).toBeCloseTo(kwh(3) * (0.3 - 0.25), 9);
  // A quarter more than 0.25 is more than 0.30.
  expect(profitBound(solver, lossy, of(0.25)).bound).toBeCloseTo(0, 9);
});
