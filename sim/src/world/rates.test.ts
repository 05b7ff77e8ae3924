import { expect, test } from '@jest/globals';
import { createChance } from './chance.ts';
import { createFaults, FAULT_CLASSES, ratesText } from './faults.ts';

const of = (seed: number, only?: ReadonlySet<string>) =>
  createFaults({ chance: createChance(seed), classes: FAULT_CLASSES, isOn: () => true, only });
const times = (faults: ReturnType<typeof of>, probability: number): number =>
  Array.from({ length: 1_000 }, (_, count) => faults.fires('link-loss', 'x', count, probability)).filter(Boolean)
    .length;

test('each seed strikes with each class at a rate of its own, from a quarter to twice as often, and tells it', () => {
  const rates = Array.from({ length: 200 }, (_, seed) => [...of(seed).rates.values()]).flat();
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.25);
  expect(Math.min(...rates)).toBeLessThan(0.27);
  expect(Math.max(...rates)).toBeLessThanOrEqual(2);
  expect(Math.max(...rates)).toBeGreaterThan(1.9);
  const faults = of(7);
  const rate = faults.rates.get('link-loss') ?? 0;
  expect(new Set(of(7).rates.values()).size).toBe(FAULT_CLASSES.length);
  expect(Math.abs(times(faults, 0.1) - 100 * rate)).toBeLessThan(30);
  expect(ratesText([['link-loss', 0.5]])).toBe('link-loss x0.5');
});

test('whatever its rate, a class strikes at most every second time, or as often as it is meant to', () => {
  const often = Array.from({ length: 50 }, (_, seed) => times(of(seed), 0.4));
  expect(Math.max(...often)).toBeLessThan(550);
  expect(Math.max(...often)).toBeGreaterThan(450);
});

test('DS-9: at any rate a fault that is left out does not strike, and the others keep their names', () => {
  const all = of(3);
  times(all, 0.02);
  const [first, second] = all.firings().map(({ key }) => key);
  const one = of(3, new Set([second ?? '']));
  times(one, 0.02);
  expect(one.firings().map(({ key }) => key)).toEqual([second]);
  expect(first).not.toBe(second);
});
