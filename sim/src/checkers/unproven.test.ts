import { expect, test } from '@jest/globals';
import { createUnproven, KNOWN_WITHIN_MS, type Unproven } from './unproven.ts';

const FIRST = 'ST-001';
const SECOND = 'ST-002';
const TOLD = 'ST-003';
const MORE = { wantsA: 16, offeredA: 8 };
const ENOUGH = { wantsA: 8, offeredA: 8 };
const LAST_S = KNOWN_WITHIN_MS / 1_000;

const unproven = (struckAt: (stationId: string) => number = () => Number.NEGATIVE_INFINITY): Unproven =>
  createUnproven((stationId) => stationId !== TOLD, struckAt);

function looks(judge: Unproven, stationId: string, [fromS, untilS]: readonly [number, number], asks = MORE): void {
  for (let second = fromS; second <= untilS; second += 1) judge.look(second * 1_000, stationId, asks);
}

test('SI28 capacity: of an unknown model nobody can know more until one car has wanted more for a watch and the wait for the next one', () => {
  const judge = unproven();
  looks(judge, FIRST, [0, LAST_S - 1]);
  expect([FIRST, SECOND, TOLD].map(judge.isOpen)).toEqual([true, true, false]);
  // By then it is over for all stations of the model.
  looks(judge, FIRST, [LAST_S, LAST_S]);
  expect([FIRST, SECOND].map(judge.isOpen)).toEqual([false, false]);
});

test('SI28 capacity: what is known of a model is known of the next cars too', () => {
  const judge = unproven();
  looks(judge, FIRST, [0, LAST_S]);
  looks(judge, FIRST, [LAST_S + 1, LAST_S + 100], ENOUGH);
  expect(judge.isOpen(FIRST)).toBe(false);
});

test('SI28 capacity: cars that go, or take all that they are offered, do not add up', () => {
  const judge = unproven();
  looks(judge, FIRST, [0, LAST_S - 1]);
  looks(judge, FIRST, [LAST_S, LAST_S], ENOUGH);
  looks(judge, FIRST, [LAST_S + 1, 2 * LAST_S]);
  looks(judge, SECOND, [0, LAST_S - 1]);
  expect(judge.isOpen(FIRST)).toBe(true);
  looks(judge, FIRST, [2 * LAST_S + 1, 2 * LAST_S + 1]);
  expect(judge.isOpen(FIRST)).toBe(false);
});

test('SI28 capacity: a car of a model that is known tells nothing of another', () => {
  const judge = unproven();
  looks(judge, TOLD, [0, LAST_S]);
  expect(judge.isOpen(FIRST)).toBe(true);
});

test('SI28 capacity: a fault may have ended the watch, so the time begins anew with it', () => {
  let struckAtMs = Number.NEGATIVE_INFINITY;
  const judge = unproven(() => struckAtMs);
  looks(judge, FIRST, [0, 100]);
  struckAtMs = 100_000;
  looks(judge, FIRST, [101, 100 + LAST_S - 1]);
  expect(judge.isOpen(FIRST)).toBe(true);
  looks(judge, FIRST, [100 + LAST_S, 100 + LAST_S]);
  expect(judge.isOpen(FIRST)).toBe(false);
});

test('SI28 capacity: a fault at another station ends no watch', () => {
  const judge = unproven((stationId) => (stationId === SECOND ? 100_000 : Number.NEGATIVE_INFINITY));
  looks(judge, SECOND, [0, LAST_S]);
  expect(judge.isOpen(FIRST)).toBe(true);
  looks(judge, FIRST, [0, LAST_S]);
  expect(judge.isOpen(FIRST)).toBe(false);
});

test('SI28 capacity: once an end was seen nothing is excused any more', () => {
  const judge = unproven();
  judge.seen();
  expect(judge.isOpen(FIRST)).toBe(false);
});
