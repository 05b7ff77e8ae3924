import { expect, test } from '@jest/globals';
import { dispatchV1, siteV1 } from '@headroom/contracts';
import { LADDER_ENDS, LADDER_STEPS } from '@headroom/site-model';
import { ladderEndFromWire, ladderEndToWire, stepFromWire, stepToWire } from './ladder-steps.ts';

test('UD5: every step of the ladder comes back from the wire as itself, each by a word of its own', () => {
  expect(LADDER_STEPS.map((step) => stepFromWire(stepToWire(step)))).toEqual(LADDER_STEPS);
  expect(new Set(LADDER_STEPS.map(stepToWire)).size).toBe(LADDER_STEPS.length);
});

test('UD5: no step, and obedience, are none; a step of a later release is the last that is known', () => {
  expect(stepFromWire(stepToWire(undefined))).toBeUndefined();
  expect(stepFromWire(dispatchV1.ObedienceStep.OBEYS)).toBeUndefined();
  expect(stepFromWire(dispatchV1.ObedienceStep.UNRECOGNIZED)).toBe('alarm');
});

test('SI23: where a ladder ends comes back from the wire as itself; an end of a later release is the earliest that is known', () => {
  expect(LADDER_ENDS.map((end) => ladderEndFromWire(ladderEndToWire(end)))).toEqual(LADDER_ENDS);
  expect(ladderEndFromWire(ladderEndToWire(undefined))).toBeUndefined();
  expect(ladderEndFromWire(siteV1.LadderEnd.UNSPECIFIED)).toBeUndefined();
  expect(ladderEndFromWire(siteV1.LadderEnd.UNRECOGNIZED)).toBe('forbid');
});
