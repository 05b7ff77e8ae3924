import { expect, test } from '@jest/globals';
import { createPilot } from './pilot.ts';

test('a pilot says at once what it is told', () => {
  const pilot = createPilot(Number.POSITIVE_INFINITY);
  expect([pilot.goTo(32, 0), pilot.saysA()]).toEqual([true, 32]);
  expect([pilot.goTo(32, 1), pilot.moveTo(5)]).toEqual([false, false]);
  expect([pilot.goTo(6, 10), pilot.saysA()]).toEqual([true, 6]);
});

test('H88: one that takes its time rises by so much a second, never beyond what it was told, and falls at once', () => {
  const pilot = createPilot(2);
  expect([pilot.goTo(6, 0), pilot.saysA()]).toEqual([true, 6]);
  expect([pilot.goTo(12, 1_000), pilot.moveTo(3_000), pilot.saysA()]).toEqual([false, true, 10]);
  expect([pilot.goTo(10.5, 3_000), pilot.moveTo(60_000), pilot.saysA(), pilot.moveTo(90_000)]).toEqual([
    false,
    true,
    10.5,
    false,
  ]);
  expect([pilot.goTo(7, 90_000), pilot.saysA()]).toEqual([true, 7]);
});
