import { expect, test } from '@jest/globals';
import { all, car, committed, limits, panelOf, ready, Scene, siteOf, T0 } from './given.fixture.ts';

/** Two cars with 18 A each of so many deci-amps, with permanent limits of 6 A; then the station of the second boots (SI5). */
function booted(ratingDeciA: number): readonly number[] {
  const scene = new Scene(siteOf(panelOf(2, { fallback: 60 }, ratingDeciA))).given(
    all(1, 2, ready),
    all(1, 2, car),
    committed(1, 180, { commanded: 180, atMs: T0 }),
    committed(2, 180, { commanded: 180, atMs: T0 }),
  );
  scene.decideAt(T0);
  scene.given(committed(2, 320, { member: 'hardware-maximum', atMs: T0 + 100 }));
  return limits(scene.decideAt(T0 + 100), 1);
}

test('SI5: beside a station that has booted the others come down to their permanent limits where these fit beside its maximum', () => {
  expect(booted(390)).toEqual([70]);
  expect(booted(380)).toEqual([60]);
});

test('SI5: and to nothing where they do not: if it has forgotten its limits, all of that flows', () => {
  expect(booted(379)).toEqual([0]);
});
