import { expect, test } from '@jest/globals';
import { billOf, createQuarters } from './money.ts';

const PRICES = [
  { fromMin: 0, perKwh: 0.1, perKw: [4, 0] },
  { fromMin: 1_020, perKwh: 0.3, perKw: [4, 9] },
];

test('cars pay what they add to the bill, by the price of the hour, and the highest quarter of each charge counts', () => {
  const quarters = createQuarters();
  // 10 kW of cars beside 2 kW at night, 4 kW beside 6 kW in the dear hours.
  quarters.add(0, 15, { carsW: 10_000, restW: 2_000 });
  quarters.add(1_020, 15, { carsW: 4_000, restW: 6_000 });
  const bill = billOf(quarters.all(), PRICES);
  expect(bill.peakKw).toBeCloseTo(12, 9);
  expect(bill.energyCost).toBeCloseTo(2.5 * 0.1 + 1 * 0.3, 9);
  expect(bill.demandCost).toBeCloseTo(12 * 4 + 10 * 9, 9);
});

test('what the sun gives is not bought, what cars give back saves, and what flows out earns nothing', () => {
  const sunny = createQuarters();
  sunny.add(0, 60, { carsW: 5_000, restW: -3_000 });
  expect(billOf(sunny.all(), PRICES).energyCost).toBeCloseTo(0.2, 9);
  const back = createQuarters();
  back.add(1_020, 60, { carsW: -8_000, restW: 6_000 });
  expect(billOf(back.all(), PRICES)).toMatchObject({ peakKw: 0 });
  expect(billOf(back.all(), PRICES).energyCost).toBeCloseTo(-1.8, 9);
});

test('what flows across the end of a quarter counts in both, each with its part', () => {
  const quarters = createQuarters();
  quarters.add(10, 20, { carsW: 6_000, restW: 0 });
  expect(quarters.all().map(({ fromMin, carsKwh }) => [fromMin, carsKwh])).toEqual([
    [0, 0.5],
    [15, 1.5],
  ]);
});
