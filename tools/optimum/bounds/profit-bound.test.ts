import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { acCar } from '../generate/session.ts';
import type { SlotSession, SlottedDay } from '../site/slotted.ts';
import { certifyProfit, type ProfitTerms, type RowPrices } from './certify-profit.ts';
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
  const whole = { ...none, rows: new Map([['l1', { x: new Float64Array(3).fill(kwh(1) / 32), y: new Float64Array(3) }]]) };
  expect(certifyProfit(day, () => 16, { terms: terms(() => 1), prices: whole }).gap).toBeCloseTo(0, 9);
});
