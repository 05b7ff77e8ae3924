import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, perPhase } from '@headroom/kernel';
import {
  building,
  car,
  committed,
  DEPOT,
  evseInput,
  limits,
  ready,
  Scene,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import type { Fact } from './facts.ts';
import { areReadingsFresh, bearsOnDecision } from './quiet.ts';
import { evolve } from './evolve.ts';
import { EMPTY_SITE_STATE } from './site-state.ts';

const S = 1_000;
/** A grid connection of 150 A, a building of up to 140 A, one station, and a roof that gives up to 50 A. */
const SITE = siteOf({
  ...DEPOT,
  circuits: [{ circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 1_500) }],
  evses: [evseInput(stationName(1), 'grid')],
  sources: [{ circuitId: 'grid', name: 'Roof', meterId: 'roof', staleAfterMs: 5_000, atMost: perPhase(() => 500) }],
});
const roof = (deciA: number, atMs = T0): Fact => ({
  kind: 'site-meter-read',
  reading: {
    meterId: 'roof',
    current: perPhase(() => deciAmps(deciA)),
    ...{ sampledAtMs: epochMs(atMs), receivedAtMs: epochMs(atMs) },
  },
});
/** It charges with its fallback of 6 A while the building has come to more than it ever should: 146 A. */
const decided = (...sun: readonly Fact[]) => {
  const scene = new Scene(SITE).given(ready(1), car(1), committed(1, 60, { commanded: 60 }), building(1_460), ...sun);
  return scene.decideAt(T0);
};

test('MD15 what a source is proven to supply keeps a car at its fallback that would have to stop, and raises nobody', () => {
  const dark = decided();
  expect([limits(dark, 1), dark.over.rating]).toEqual([[0], true]);
  const sunny = decided(roof(-400));
  expect([limits(sunny, 1), sunny.over.rating]).toEqual([[60], false]);
});

test('MD15 a source that is not read any more, or that takes current, counts as none', () => {
  expect(limits(decided(roof(-400, T0 - 6 * S)), 1)).toEqual([0]);
  expect(limits(decided(roof(400)), 1)).toEqual([0]);
});

test('a decision is looked at again when a source is read anew, and when its reading is too old', () => {
  const before = evolve(EMPTY_SITE_STATE, roof(-400));
  const after = evolve(before, roof(-300, T0 + S));
  const lane = { model: SITE, state: before, decidedAtMs: T0 };
  expect(bearsOnDecision(lane, after, undefined)).toBe(true);
  expect([T0 + 5 * S, T0 + 5 * S + 1].map((atMs) => areReadingsFresh(SITE, before, atMs))).toEqual([true, false]);
});
