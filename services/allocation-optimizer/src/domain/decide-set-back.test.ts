import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { EMPTY_MEMORY } from './control-memory.ts';
import { all, car, committed, connected, gone, idOf, limits, panelOf, Scene, siteOf, T0 } from './given.fixture.ts';
import { notLater } from './not-later.ts';
import { INCREASE_EVERY_MS } from './steady.ts';

const HOUR_MS = 3_600_000;

test('a clock that is set back by an hour holds no increase back for an hour', () => {
  const scene = new Scene(siteOf(panelOf(2, { fallback: 0 }, 200))).given(
    all(1, 2, (n) => [connected(n), committed(n, 0)]),
    all(1, 2, (n) => car(n, T0 - 2 * HOUR_MS)),
  );
  expect(limits(scene.decideAt(T0), 1, 2)).toEqual([100, 100]);
  const backMs = T0 - HOUR_MS;
  scene.given(gone(2, backMs));
  scene.decideAt(backMs);
  expect(limits(scene.decideAt(backMs + INCREASE_EVERY_MS), 1)).toEqual([200]);
});

test('OD2 and it ends no turn: that begins anew, and the next one has his after half an hour, not after an hour and a half', () => {
  const scene = new Scene(siteOf(panelOf(2, { fallback: 0 }, 70))).given(
    all(1, 2, (n) => [connected(n), committed(n, 0)]),
    all(1, 2, (n) => car(n, T0 - 2 * HOUR_MS + n)),
  );
  for (let ms = 0; ms <= 600_000; ms += 60_000) expect(limits(scene.decideAt(T0 + ms), 1, 2)).toEqual([70, 0]);
  const backMs = T0 - HOUR_MS;
  const seen = Array.from({ length: 40 }, (_, m) => limits(scene.decideAt(backMs + m * 60_000), 2)[0]);
  expect(seen.indexOf(70)).toBeGreaterThanOrEqual(30);
});

test('what is remembered of no later instant stays the very same', () => {
  const scene = new Scene(siteOf(panelOf(1))).given(connected(1), committed(1, 60), car(1));
  scene.decideAt(T0);
  expect(notLater(scene.memory, T0)).toBe(scene.memory);
  expect(notLater(EMPTY_MEMORY, T0)).toBe(EMPTY_MEMORY);
  const [given] = [notLater(scene.memory, epochMs(T0 - 1)).given.get(idOf(1))];
  expect(given).toMatchObject({ raisedAtMs: T0 - 1, changedAtMs: T0 - 1, onSinceMs: T0 - 1 });
});
