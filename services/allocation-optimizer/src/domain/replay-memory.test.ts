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
  expect(remembered([60])).toEqual({ limit: 60 });
  expect(remembered([60, 100])).toEqual({ limit: 100, raisedAtMs: T0 + 2, changedAtMs: T0 + 2 });
  expect(remembered([60, 100, 80])).toEqual({ limit: 80, raisedAtMs: T0 + 2, changedAtMs: T0 + 3 });
  expect(remembered([60, 100, 80, 80])).toEqual({ limit: 80, raisedAtMs: T0 + 2, changedAtMs: T0 + 3 });
  expect(remembered([100, 60])).toEqual({ limit: 60, changedAtMs: T0 + 2 });
});

test('who took no part in the sharing had nothing to rise from', () => {
  expect(remembered([60, 100], false)).toEqual({ limit: 100 });
});
