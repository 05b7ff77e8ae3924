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

const GIVING: CarSpec = {
  ...CAR,
  gives: { maxA: 10, downToSoc: 0.1, keepWh: 20_000, efficiency: 0.8 },
};
/** What a minute of so many amperes on three phases is. */
const minuteWh = (amps: number): number => (amps * 3 * 230) / 60;

test('a car gives back what it is told to, up to its own maximum: its battery loses more than comes out', () => {
  const ev = new Ev(GIVING, PLACE);
  ev.offer(16, 0);
  ev.advance(60_000);
  const before = { taken: ev.deliveredWh(), held: ev.battery()?.heldWh ?? 0 };
  ev.offer(16, 60_000, 16);
  ev.advance(120_000);
  expect([ev.currentA(), ev.givesA()]).toEqual([0, 10]);
  // 2 s until it sees it, a second down from 16 A, then it takes nothing any more.
  expect(ev.deliveredWh() - before.taken).toBeCloseTo(minuteWh(16) * (2 / 60) + minuteWh(8) * (1 / 60), 6);
  const back = ev.givenBackWh();
  expect(back).toBeCloseTo(minuteWh(10) * ((60 - 2 - 1 - 10 / 16) / 60) + minuteWh(5) * (10 / 16 / 60), 6);
  expect(ev.battery()?.heldWh).toBeCloseTo(before.held + (ev.deliveredWh() - before.taken) - back / 0.8, 6);
  ev.offer(16, 120_000, 0);
  ev.advance(180_000);
  expect([ev.currentA(), ev.givesA()]).toEqual([16, 0]);
});

test('who is told to give back less than it can give at all, or has nothing left, neither gives nor takes', () => {
  const little = new Ev(GIVING, PLACE);
  little.offer(16, 0, 5.9);
  little.advance(60_000);
  expect([little.currentA(), little.givesA()]).toEqual([0, 0]);
  const empty = new Ev({ ...GIVING, batteryWh: 6_000, socAtArrival: 0.101 }, PLACE);
  empty.offer(16, 0, 10);
  empty.advance(600_000);
  expect([empty.currentA(), empty.givesA()]).toEqual([0, 0]);
  expect(empty.soc()).toBeCloseTo(0.1, 2);
  const taking = new Ev(CAR, PLACE);
  taking.offer(16, 0, 10);
  taking.advance(60_000);
  expect([taking.currentA(), taking.givesA()]).toEqual([0, 0]);
});
