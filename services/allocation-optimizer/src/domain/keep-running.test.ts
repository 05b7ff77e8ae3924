import { expect, test } from '@jest/globals';
import { perPhase, stationId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import {
  all,
  building,
  car,
  committed,
  DEPOT,
  evseInput,
  limits,
  measured,
  panelOf,
  ready,
  Scene,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import { FOLLOWS_WITHIN_MS } from './roles.ts';

const S = 1_000;
const FOLLOWED_S = FOLLOWS_WITHIN_MS / S;
/** A reading is too old after 5 s. */
const LAST_READ_S = FOLLOWED_S - 1;

/** Two EVSEs behind 40 A, beside a building with a meter: 1 A is kept aside for its error, and its load counts in steps of that. */
const SITE: SiteModel = siteOf({
  ...panelOf(0),
  circuits: [{ circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 400) }],
  evses: [1, 2].map((n) => evseInput(stationName(n), 'grid')),
  otherLoads: (DEPOT.otherLoads ?? []).map((load) => ({ ...load, worstCase: perPhase(() => 280) })),
});

/** The second one is of watts: it needs 6.7 A to pass 6 A on (H82), and with its permanent limit of 6 A it counts anyway. */
const ofWatts = (deciA: number, atMs: number) =>
  committed(2, deciA, { member: 'acknowledged', commanded: deciA, passesPercent: 90, atMs });

/**
 * The first station had 12 A. Both are to have half of what is left, and it is not seen to follow: its 12 A go on to count. The dispatcher has let the
 * second in beside them, with as much as fits.
 *
 * @param deciA of the building
 */
function lowered(deciA: number, letInDeciA = 70): Scene {
  const scene = new Scene(SITE).given(
    building(deciA, T0),
    all(1, 2, ready),
    car(1),
    committed(1, 120, { member: 'acknowledged', commanded: 120, atMs: T0 - 60 * S }),
    ofWatts(60, T0 - 60 * S),
  );
  scene.decideAt(T0 - 60 * S);
  scene.given(car(2));
  const [first = 0] = limits(scene.decideAt(T0), 1);
  expect(first).toBeLessThan(120);
  return scene.given(
    committed(1, 120, { member: 'unsettled', commanded: first, atMs: T0 + S }),
    ofWatts(letInDeciA, T0 + S),
    building(deciA, T0 + LAST_READ_S * S),
  );
}

const second = (scene: Scene, atS: number): number | undefined => limits(scene.decideAt(T0 + atS * S), 2)[0];

test('UD6, LC7: who charges beside one that is not seen to follow is not paused for the error of a meter', () => {
  // 20.5 A count as 22 A, so 18 A are left: 12 A and 6 A. Without the reserve it is 19 A.
  const scene = lowered(205);
  expect(second(scene, LAST_READ_S)).toBeGreaterThan(67);
  expect(second(scene, FOLLOWED_S)).toBe(67);
  expect(second(scene, FOLLOWED_S + 1)).toBe(67);
});

test('UD6, LC7: where he does not fit without the reserve either he is paused', () => {
  // 21.5 A count as 23 A, so 18 A are left without the reserve.
  expect(second(lowered(215), FOLLOWED_S)).toBe(0);
});

test('UD6, LC7: nobody begins so: who has not got his minimum is not let in', () => {
  expect(second(lowered(205, 60), FOLLOWED_S)).toBe(0);
});

test('UD6, LC7: who was paused is not let in again by it, though his old limit counts still', () => {
  const scene = lowered(215);
  expect(second(scene, FOLLOWED_S)).toBe(0);
  // A fall is believed over half a minute: after 4 s 22.1 A count, and 21.1 A without the reserve.
  scene.given(building(150, T0 + FOLLOWED_S * S));
  expect(second(scene, FOLLOWED_S)).toBe(0);
  expect(second(scene, FOLLOWED_S + 4)).toBe(0);
  // Without it his minimum fits by itself before long.
  scene.given(building(150, T0 + (FOLLOWED_S + 8) * S));
  expect(second(scene, FOLLOWED_S + 8)).toBe(68);
});

test('UD6, LC7: beside one that is seen to draw more than it was told the reserve stays', () => {
  const scene = lowered(205).given(measured(1, 120, T0 + (FOLLOWED_S - 2) * S));
  expect(second(scene, FOLLOWED_S)).toBe(0);
});

test('UD6, LC7: beside one that has refused its limit the reserve stays', () => {
  const scene = lowered(205).given({
    ...{ kind: 'limit-resolved', commandId: 'l1-90-0-1-9', outcome: 'rejected' },
    ...{ stationId: stationId(stationName(1)), evse: 1 },
  });
  expect(second(scene, FOLLOWED_S)).toBe(0);
});

test('UD6, LC7: where all have followed the reserve stays', () => {
  const scene = lowered(205).given(
    committed(1, 90, { member: 'acknowledged', commanded: 90, atMs: T0 + 2 * S }),
    // 26.5 A count as 28 A: there is room for both permanent limits, and for nothing more.
    building(265, T0 + FOLLOWED_S * S),
  );
  expect(second(scene, FOLLOWED_S)).toBe(0);
});
