import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CarSpec, Ev, PENDING_OFFERS_MAX } from './ev.ts';

const CAR: CarSpec = {
  batteryWh: 60_000,
  socAtArrival: 0.2,
  maxA: 16,
  phases: 3,
  minimumA: 6,
  lagMs: 2_000,
  rampUpAPerS: 4,
  rampDownAPerS: 16,
  reportsSoc: true,
};
const PLACE = { wiredPhases: 3, nominalVoltageV: 230, nowMs: 0 };

test('sees a new limit after its lag, ramps, and draws the least of limit and own maximum', () => {
  const ev = new Ev(CAR, PLACE);
  ev.offer(32, 0);
  ev.advance(2_000);
  expect(ev.currentA()).toBe(0);
  ev.advance(4_000);
  expect(ev.currentA()).toBeCloseTo(8, 9);
  expect(ev.isSettled()).toBe(false);
  ev.advance(6_000);
  expect(ev.currentA()).toBe(16);
  expect(ev.isSettled()).toBe(true);
  ev.offer(10, 6_000);
  expect(ev.isSettled()).toBe(false);
  ev.advance(8_375);
  expect(ev.currentA()).toBeCloseTo(10, 9);
});

test('energy is the exact integral: a ramp is a triangle, the rest a rectangle', () => {
  const ev = new Ev(CAR, PLACE);
  ev.offer(16, 0);
  ev.advance(2_000 + 4_000 + 3_600_000);
  const rampWh = (8 * 230 * 3 * 4) / 3_600;
  expect(ev.deliveredWh()).toBeCloseTo(rampWh + 16 * 230 * 3, 6);
});

test('below 6 A it draws nothing, and at 6 A it charges', () => {
  const ev = new Ev(CAR, PLACE);
  ev.offer(5.9, 0);
  ev.advance(20_000);
  expect(ev.currentA()).toBe(0);
  ev.offer(6, 20_000);
  ev.advance(40_000);
  expect(ev.currentA()).toBe(6);
});

test('a single-phase car loads one phase, also on a three-phase EVSE; a three-phase car on one phase loads that one', () => {
  expect(new Ev({ ...CAR, phases: 1 }, PLACE).phasesUsed).toBe(1);
  expect(new Ev(CAR, { ...PLACE, wiredPhases: 1 }).phasesUsed).toBe(1);
});

test('takes less above 85 %, never less than 6 A, and nothing once it is full', () => {
  const ev = new Ev({ ...CAR, maxA: 32, socAtArrival: 0.8, batteryWh: 10_000 }, PLACE);
  ev.offer(32, 0);
  let last = 32;
  let nowMs = 12_000;
  ev.advance(nowMs);
  while (!ev.isFull()) {
    nowMs += 1_000;
    ev.advance(nowMs);
    expect(ev.currentA()).toBeLessThanOrEqual(last + 1e-9);
    if (!ev.isFull()) expect(ev.currentA()).toBeGreaterThanOrEqual(6);
    last = ev.currentA();
  }
  ev.advance(nowMs + 5_000);
  expect(ev.currentA()).toBe(0);
  expect(ev.soc()).toBe(1);
  // One step of a second at the least current is all it may have taken too much.
  expect(ev.deliveredWh()).toBeLessThan(2_000 + 2);
});

test('a cut contactor ends the current at once and forgets what was offered', () => {
  const ev = new Ev(CAR, PLACE);
  ev.offer(16, 0);
  ev.advance(30_000);
  ev.cut();
  expect(ev.currentA()).toBe(0);
  ev.advance(90_000);
  expect(ev.currentA()).toBe(0);
});

test('of more changes than it can remember within one lag, the newest is the one that counts', () => {
  const ev = new Ev(CAR, PLACE);
  for (let i = 0; i < PENDING_OFFERS_MAX; i += 1) ev.offer(16, i);
  ev.offer(7, PENDING_OFFERS_MAX);
  ev.advance(30_000);
  expect(ev.currentA()).toBe(7);
});

test('the energy does not depend on how often the clock is looked at', () => {
  const offers = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 40 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(offers, fc.integer({ min: 1, max: 13 }), (list, every) => {
      const sorted = list.toSorted((a, b) => a[0] - b[0]);
      const play = (stepS: number): number => {
        const ev = new Ev(CAR, PLACE);
        for (const [atS, limitA] of sorted) {
          for (let s = 0; s < atS; s += stepS) ev.advance(s * 1_000);
          ev.advance(atS * 1_000);
          ev.offer(limitA, atS * 1_000);
        }
        ev.advance(120_000);
        return ev.deliveredWh();
      };
      expect(play(every)).toBeCloseTo(play(1_000), 5);
    }),
  );
});
