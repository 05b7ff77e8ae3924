import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { EMPTY_MEMORY } from './control-memory.ts';
import { idOf, T0 } from './given.fixture.ts';
import { replayDecision } from './replay-memory.ts';

/** What is remembered of one EVSE after decisions at T0 + 1, + 2, ... with these limits. */
function remembered(limits: readonly number[], isShared = true) {
  let memory = EMPTY_MEMORY;
  for (const [n, limit] of limits.entries()) {
    const given = new Map([[idOf(1), { limit: deciAmps(limit), isShared }]]);
    memory = replayDecision(memory, { ...{ epoch: 1n, seq: BigInt(n + 1), decidedAtMs: T0 + n + 1, given } });
  }
  return memory.given.get(idOf(1));
}

test('OD5 over a change of owner: when a limit last rose, and when it last changed at all, come out of the decisions', () => {
  const onSinceMs = T0 + 1;
  expect(remembered([60])).toEqual({ limit: 60, onSinceMs });
  expect(remembered([60, 100])).toEqual({ limit: 100, raisedAtMs: T0 + 2, changedAtMs: T0 + 2, onSinceMs });
  expect(remembered([60, 100, 80])).toEqual({ limit: 80, raisedAtMs: T0 + 2, changedAtMs: T0 + 3, onSinceMs });
  expect(remembered([60, 100, 80, 80])).toEqual({ limit: 80, raisedAtMs: T0 + 2, changedAtMs: T0 + 3, onSinceMs });
  expect(remembered([100, 60])).toEqual({ limit: 60, changedAtMs: T0 + 2, onSinceMs });
});

test('OD2 over a change of owner: since when it is on, and that it is no longer', () => {
  expect(remembered([60, 0])).toEqual({ limit: 0, changedAtMs: T0 + 2 });
  expect(remembered([60, 0, 0, 80])).toMatchObject({ limit: 80, onSinceMs: T0 + 4 });
});

test('RF1 over a change of owner: what each is owed is taken over as it was written', () => {
  const credit = { amount: -1_200, asOfMs: T0, perS: 20 };
  const given = new Map([[idOf(1), { limit: deciAmps(0), isShared: true, credit }]]);
  const { given: after } = replayDecision(EMPTY_MEMORY, { epoch: 1n, seq: 1n, decidedAtMs: T0, given });
  expect(after.get(idOf(1))).toEqual({ limit: 0, credit });
});

test('who took no part in the sharing had nothing to rise from', () => {
  expect(remembered([60, 100], false)).toEqual({ limit: 100 });
});
