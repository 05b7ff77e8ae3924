import { expect, test } from '@jest/globals';
import { createTurns, MAX_TURNS, TURN_EVERY_MS } from './turns.ts';

test('turns that come when they were asked for are not late', () => {
  const turns = createTurns(1_000);
  for (let atMs = 1_020; atMs <= 2_000; atMs += TURN_EVERY_MS) turns.take(atMs);
  expect(turns.lateMs(1_000, 2_000)).toBe(0);
});

test('what is late is summed between two instants, and of a turn that is late across the first only what lies behind it', () => {
  const turns = createTurns(0);
  turns.take(120);
  turns.take(140);
  turns.take(1_160);
  expect(turns.lateMs(0, 1_160)).toBe(1_100);
  expect(turns.lateMs(130, 1_160)).toBe(1_000);
  expect(turns.lateMs(960, 2_000)).toBe(200);
  expect(turns.lateMs(0, 1_159)).toBe(100);
});

test('the oldest turn is forgotten once one was too many', () => {
  const turns = createTurns(0);
  turns.take(1_020);
  for (let turn = 1; turn <= MAX_TURNS; turn += 1) turns.take(1_020 + turn * TURN_EVERY_MS);
  expect(turns.lateMs(0, Number.MAX_SAFE_INTEGER)).toBe(0);
});
