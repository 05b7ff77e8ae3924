import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { acCar } from '../generate/session.ts';
import type { Phasor, SlotRow, SlotSession, SlottedDay } from '../site/slotted.ts';
import { certify, MAX_GAP, type Prices } from './certify.ts';
import { energyBound } from './energy-bound.ts';

/** Wants so many slots of 32 A. */
const session = (index: number, [first, end]: readonly [number, number], slots: number): SlotSession => ({
  ...{ index, evse: index, first, end, car: acCar(1, 32), lines: [0], claim: {} },
  ...{ conduct: { belowOfferA: 0, needsEdge: false }, needWh: slots * WH_OF_SLOT },
});
const WH_OF_SLOT = 32 * 230 * (5 / 60);
const row = (of: {
  readonly capacityA: readonly number[];
  readonly members: number;
  readonly phasors?: readonly Phasor[];
}): SlotRow => ({
  ...{ name: 'l1', circuit: 'grid', capacityA: Float64Array.from(of.capacityA) },
  members: Array.from({ length: of.members }, (_, place) => place),
  ...(of.phasors === undefined ? {} : { phasors: of.phasors }),
});
/** Two cars that want two slots each, of four in which one of them fits. */
const day: SlottedDay = {
  slots: 4,
  sessions: [session(0, [0, 4], 2), session(1, [0, 2], 2)],
  rows: [row({ capacityA: [32, 32, 32, 32], members: 2 })],
};
const PRICE = WH_OF_SLOT / 32;
const PRICES: Prices = {
  rows: new Map([['l1', new Map([0, 1, 2, 3].map((slot) => [slot, { x: PRICE, y: 0 }]))]]),
  needs: new Map(),
};
const best = (place: number, slot: number): number => (place === 0 ? (slot >= 2 ? 32 : 0) : slot < 2 ? 32 : 0);

test('VF3: the best schedule and its prices prove each other', () => {
  expect(certify(day, best, PRICES)).toEqual({ boundWh: 4 * WH_OF_SLOT, reachedWh: 4 * WH_OF_SLOT, gap: 0 });
});

test.each([
  ['a row', (_: number, slot: number) => (slot < 2 ? 32 : 0), 'l1 in slot 0: 64 where 32 is the most'],
  ['a car', (place: number, slot: number) => (place === 0 && slot === 3 ? 40 : 0), 'session 0 in slot 3: 40 where 32'],
  ['a need', (place: number) => (place === 0 ? 32 : 0), 'need of session 0'],
  ['nothing', () => -1, 'session 0 in slot 0: -1 A'],
])('VF2: a schedule that goes beyond %s is refused', (_, schedule, why) => {
  expect(() => certify(day, schedule, PRICES)).toThrow(why);
});

test('VF3: a schedule that is not the best is refused, and so are prices that prove nothing', () => {
  const lazy = (place: number, slot: number): number => (slot === 3 ? 0 : best(place, slot));
  expect(() => certify(day, lazy, PRICES)).toThrow('may be possible');
  expect(() => certify(day, best, { rows: new Map(), needs: new Map() })).toThrow('may be possible');
});

test('a trifle too much is taken off the whole schedule and shows as a gap', () => {
  const { gap, boundWh, reachedWh } = certify(day, (place, slot) => best(place, slot) * (1 + 5e-5), PRICES);
  expect(boundWh).toBe(4 * WH_OF_SLOT);
  expect(reachedWh).toBeLessThanOrEqual(4 * WH_OF_SLOT + 1e-6);
  expect(Math.abs(gap)).toBeLessThan(MAX_GAP);
});

const solver = await openHighs();
const at = (degrees: number): Phasor => ({
  x: Math.cos((degrees * Math.PI) / 180),
  y: Math.sin((degrees * Math.PI) / 180),
});

test('PH9, YS1: two cars between pairs of conductors that meet: 32 A carry sqrt(3) times less than their sum of each', () => {
  // Both want all they can get in four slots, and the arrow of their sum may be 32 A long: equal currents of 32 / sqrt(3).
  const delta: SlottedDay = {
    ...{ slots: 4, sessions: [session(0, [0, 4], 9), session(1, [0, 4], 9)] },
    rows: [row({ capacityA: [32, 32, 32, 32], members: 2, phasors: [at(30), at(-30)] })],
  };
  const { energyWh, gap } = energyBound(solver, delta);
  // The most that two currents at 60 degrees sum up to is 2 / sqrt(3) of their arrow.
  expect(energyWh / WH_OF_SLOT).toBeCloseTo(4 * (2 / Math.sqrt(3)), 3);
  expect(gap).toBeGreaterThanOrEqual(-1e-9);
  expect(gap).toBeLessThan(MAX_GAP);
});

test('slots in which nothing changes are one to the program, and the bound stays what it was', () => {
  const changing = Float64Array.from({ length: 40 }, (_, slot) => (slot < 20 ? 20 : 44));
  const long: SlottedDay = {
    ...{ slots: 40, sessions: [session(0, [3, 37], 15), session(1, [5, 31], 20), session(2, [0, 12], 3)] },
    rows: [{ ...row({ capacityA: [], members: 3 }), capacityA: changing }],
  };
  // With another capacity in each slot, by so little that it bears on nothing, every slot stands for itself.
  const trembling = changing.map((value, slot) => value + slot * 1e-9);
  const apart = energyBound(solver, {
    ...long,
    rows: [{ ...row({ capacityA: [], members: 3 }), capacityA: trembling }],
  });
  expect(energyBound(solver, long).energyWh).toBeCloseTo(apart.energyWh, 3);
});
