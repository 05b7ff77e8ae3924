import { expect, test } from '@jest/globals';
import { createPilot } from './pilot.ts';

test('a pilot says at once what it is told', () => {
  const pilot = createPilot(Number.POSITIVE_INFINITY);
  expect([pilot.goTo(32, 0), pilot.saysA()]).toEqual([true, 32]);
  expect([pilot.goTo(32, 1), pilot.moveTo(5)]).toEqual([false, false]);
  expect([pilot.goTo(6, 10), pilot.saysA()]).toEqual([true, 6]);
});

test('H88: one that takes its time moves by so much a second, up and down, and never beyond what it was told', () => {
  const pilot = createPilot(2);
  pilot.goTo(32, 0);
  expect(pilot.saysA()).toBe(32);
  expect(pilot.goTo(10, 1_000)).toBe(false);
  expect([pilot.moveTo(4_000), pilot.saysA()]).toEqual([true, 26]);
  expect([pilot.goTo(27, 4_000), pilot.moveTo(4_250), pilot.saysA()]).toEqual([false, true, 26.5]);
  expect([pilot.moveTo(60_000), pilot.saysA(), pilot.moveTo(90_000)]).toEqual([true, 27, false]);
});
