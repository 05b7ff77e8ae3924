import { expect, test } from '@jest/globals';
import { perPhase } from '@headroom/kernel';
import type { SharePolicy } from '@headroom/site-model';
import type { Fact } from '../facts.ts';
import {
  all,
  asking,
  car,
  DEPOT,
  drawing,
  evseInput,
  limits,
  panelOf,
  ready,
  reasonOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from '../given.fixture.ts';

const HOUR_MS = 3_600_000;

/** Cars on one panel without fallbacks, told nothing yet; car 1 came first. */
function shared(share: SharePolicy, n: number, rating: number, ...facts: readonly Fact[]) {
  const scene = new Scene(siteOf({ ...panelOf(n, { fallback: 0 }, rating), share }));
  return scene.given(all(1, n, ready), all(1, n, car), facts).decideAt(T0);
}

const atSoc = (n: number, socPercent: number): Fact => {
  const fact = drawing(n, { l1: 60, l2: 60, l3: 60 }, T0);
  return fact.kind === 'evse-measured' ? { ...fact, sample: { ...fact.sample, socPercent } } : fact;
};

test('KP1 "equal": the same current for everybody', () => {
  expect(limits(shared('equal', 3, 640), 1, 2, 3)).toEqual([214, 213, 213]);
});

test('KP3 "equal-surplus": the minimum for everybody, then equal increments', () => {
  const site = siteOf({
    ...{ ...DEPOT, otherLoads: [], share: 'equal-surplus' },
    circuits: [{ circuitId: 'grid', name: 'Grid', rating: perPhase(() => 400) }],
    evses: [60, 160].map((minCurrent, i) => evseInput(stationName(i + 1), 'grid', { minCurrent, fallback: 0 })),
  });
  const scene = new Scene(site).given(all(1, 2, ready), all(1, 2, car));
  expect(limits(scene.decideAt(T0), 1, 2)).toEqual([150, 250]);
});

test('KP4 "proportional": each gets the same part of what it can take', () => {
  const site = siteOf({
    ...{ ...DEPOT, otherLoads: [], share: 'proportional' },
    circuits: [{ circuitId: 'grid', name: 'Grid', rating: perPhase(() => 360) }],
    evses: [160, 320].map((maxCurrent, i) => evseInput(stationName(i + 1), 'grid', { maxCurrent, fallback: 0 })),
  });
  const scene = new Scene(site).given(all(1, 2, ready), all(1, 2, car));
  expect(limits(scene.decideAt(T0), 1, 2)).toEqual([120, 240]);
});

test('KP5 "first-come": one after the other, and all that is entitled to nothing waits', () => {
  const decision = shared('first-come', 4, 640);
  expect(limits(decision, 1, 2, 3, 4)).toEqual([320, 320, 0, 0]);
  expect(reasonOf(decision, 4)).toMatchObject({ code: 'QUEUED', sentence: expect.stringContaining('Number 2') });
});

test('KP6 "earliest-departure": whoever leaves first, whenever it came', () => {
  const leaving = [3, 1, 2].map((hours, i) => asking(i + 1, 20_000, T0 + hours * HOUR_MS));
  const decision = shared('earliest-departure', 3, 460, ...leaving);
  expect(limits(decision, 1, 2, 3)).toEqual([0, 320, 140]);
  expect(reasonOf(decision, 3).sentence).toContain('full (46 of 46 A on L1)');
});

test('KP7 "least-laxity": whoever can wait least: a long stay with much to do comes before a short one with little', () => {
  const decision = shared(
    'least-laxity',
    2,
    400,
    asking(1, 2_000, T0 + 2 * HOUR_MS),
    asking(2, 60_000, T0 + 3 * HOUR_MS),
  );
  expect(limits(decision, 1, 2)).toEqual([80, 320]);
});

test('KP8 "lowest-soc": the emptiest battery first; one that says nothing is taken to be half full', () => {
  expect(limits(shared('lowest-soc', 3, 460, atSoc(1, 70), atSoc(3, 30)), 1, 2, 3)).toEqual([0, 140, 320]);
});

test('KP9 "smoothed-soc": batteries that are nearly level charge side by side, the emptier one faster', () => {
  const [fuller = 0, emptier = 0] = limits(shared('smoothed-soc', 2, 400, atSoc(1, 52), atSoc(2, 50)), 1, 2);
  expect(fuller + emptier).toBe(400);
  // 2 % of charge are a fifth of the window of 10 %: 64 of 320 deci-amps.
  expect(emptier - fuller).toBe(64);
});

test('KP10 "smoothed-laxity": 24 minutes of laxity are a fifth of the whole current, no more and no less', () => {
  const leaving = (n: number, afterMs: number) => asking(n, 20_000, T0 + 2 * HOUR_MS + afterMs);
  const [later = 0, sooner = 0] = limits(shared('smoothed-laxity', 2, 400, leaving(1, 1_440_000), leaving(2, 0)), 1, 2);
  expect(later + sooner).toBe(400);
  expect(sooner - later).toBe(64);
});

test('KP11 "density": each gets in proportion to what it needs until it leaves', () => {
  const wanting = [asking(1, 10_000, T0 + 2 * HOUR_MS), asking(2, 30_000, T0 + 2 * HOUR_MS)];
  expect(limits(shared('density', 2, 400, ...wanting), 1, 2)).toEqual([100, 300]);
});

test('FS3 an entitlement is kept for the urgent: minima of the others do not eat it up', () => {
  // Six may have their minimum in equal shares; here the first two are entitled to all of it.
  expect(limits(shared('equal', 7, 400), 1, 2, 7)).toEqual([67, 67, 0]);
  const urgent = asking(7, 40_000, T0 + 2 * HOUR_MS);
  const patient = [1, 2, 3, 4, 5, 6].map((n) => asking(n, 2_000, T0 + 9 * HOUR_MS));
  expect(limits(shared('smoothed-laxity', 7, 400, urgent, ...patient), 7, 1, 2, 6)).toEqual([320, 80, 0, 0]);
});

test('FS3 who must charge now to leave in time comes before whoever the policy likes better', () => {
  // Number 2 needs all of its 80 minutes; under "density" number 1, who wants more per hour than it can take, would be first.
  const decision = shared('density', 2, 90, asking(1, 90_000, T0 + HOUR_MS), asking(2, 27_000, T0 + 4_500_000));
  expect(limits(decision, 1, 2)).toEqual([0, 90]);
});
