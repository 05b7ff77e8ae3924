import { expect, test } from '@jest/globals';
import { commonV1, siteV1 } from '@headroom/contracts';
import { err, GRID_PHASES, ok } from '@headroom/kernel';
import { phaseFromWire, phasesFromWire, phaseToWire } from './phases.ts';
import { wiringFromWire, wiringToWire } from './wiring.ts';

test('each phase has a word of its own on the wire, and comes back from it', () => {
  const words = GRID_PHASES.map(phaseToWire);
  expect(new Set(words).size).toBe(3);
  expect(phasesFromWire(words)).toEqual(GRID_PHASES);
});

test('a phase that is not said or not known is none, and phases keep the order in which they came', () => {
  const { L1, L3, UNSPECIFIED, UNRECOGNIZED } = commonV1.GridPhase;
  expect([UNSPECIFIED, UNRECOGNIZED].map(phaseFromWire)).toEqual([undefined, undefined]);
  expect(phasesFromWire([L3, UNRECOGNIZED, L1])).toEqual(['l3', 'l1']);
});

test('a wiring has a word of its own on the wire; line to neutral, which needs none, is no error', () => {
  for (const wiring of ['line-to-line', 'split-phase', undefined] as const) {
    expect(wiringFromWire(wiringToWire(wiring))).toEqual(ok(wiring));
  }
  expect(wiringToWire('line-to-line')).not.toBe(wiringToWire('split-phase'));
  expect(wiringFromWire(siteV1.Wiring.UNSPECIFIED)).toEqual(ok(undefined));
});

test('a wiring of a later release is not taken for line to neutral', () => {
  expect(wiringFromWire(siteV1.Wiring.UNRECOGNIZED)).toEqual(err('unknown-wiring'));
});
