import { expect, test } from '@jest/globals';
import { epochMs, perPhase } from '@headroom/kernel';
import {
  all,
  building,
  car,
  committed,
  limits,
  measured,
  panelOf,
  ready,
  reasonOf,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';
import { quietUntil } from './quiet.ts';
import { FOLLOWS_WITHIN_MS, HELD_AT_MOST_MS } from './roles.ts';

const S = 1_000;

/** Two cars behind so many deci-amps, with no permanent limits. The station of the second has `heldDeciA` for it, and answers nothing. */
function silentBeside(ratingDeciA: number, heldDeciA: number): Scene {
  return new Scene(siteOf(panelOf(2, { fallback: 0 }, ratingDeciA))).given(
    all(1, 2, ready),
    all(1, 2, car),
    committed(1, 0, { atMs: T0 }),
    committed(2, heldDeciA, { commanded: heldDeciA, atMs: T0 }),
  );
}

/** A decision a second; the first station takes what it is given at once. Each time the two limits change, at which second, and to what. */
function changes(scene: Scene, fromS: number, untilS: number, drawnDeciA: number): readonly string[] {
  const seen: string[] = [];
  let last = '';
  for (let s = fromS; s < untilS; s += 1) {
    const atMs = T0 + s * S;
    if (s % 10 === 0) scene.given(measured(2, drawnDeciA, atMs));
    const [first = 0, second = 0] = limits(scene.decideAt(atMs), 1, 2);
    scene.given(committed(1, first, { commanded: first, atMs }));
    if (last !== `${first}/${second}`) seen.push(`${s}: ${first}/${second}`);
    last = `${first}/${second}`;
  }
  return seen;
}

test('UD6: for a station that was given nothing and holds on to 6 A there is room, and nothing alternates', () => {
  const scene = silentBeside(110, 60);
  // Both minima do not fit. Once the second has not followed, the first has to wait.
  expect(changes(scene, 0, 300, 60)).toEqual(['0: 110/0', `${FOLLOWS_WITHIN_MS / S}: 0/0`]);
  // It has followed: the first goes on.
  scene.given(committed(2, 0, { commanded: 0, atMs: T0 + 300 * S }));
  expect(changes(scene, 300, 400, 0)).toEqual(['300: 110/0']);
});

test('UD6: longer than any lease nobody is kept at nothing for it', () => {
  const scene = silentBeside(110, 60);
  expect(changes(scene, 0, HELD_AT_MOST_MS / S + 1, 60).at(-1)).toBe(`${HELD_AT_MOST_MS / S}: 0/60`);
});

test('UD6: the end of that is an instant at which it is decided anew', () => {
  const scene = silentBeside(110, 60);
  changes(scene, 0, 200, 60);
  // Turns and places that are given up have their instants before that.
  const { site, state, memory } = scene;
  const atMs = quietUntil({ site, state, before: memory, memory, nowMs: epochMs(T0 + HELD_AT_MOST_MS - 10 * S) });
  expect(atMs).toBe(T0 + HELD_AT_MOST_MS);
});

test('UD6: who was given nothing, and is seen to draw for a moment still, is not given its least for it: its contactor would close once more', () => {
  const scene = silentBeside(110, 60);
  expect(changes(scene, 0, 1, 60)).toEqual(['0: 110/0']);
  // It says that it offers nothing, so it has followed; what it still draws counts because it is seen.
  scene.given(committed(2, 60, { member: 'measured', commanded: 0, atMs: T0 + 1 * S }), measured(2, 60, T0 + 2 * S));
  expect(limits(scene.decideAt(T0 + 2 * S), 2)).toEqual([0]);
  // One that goes on so for longer than any lease is told its least again: nobody is starved by a station that says nothing else.
  expect(changes(scene, 3, HELD_AT_MOST_MS / S + 2, 60).at(-1)).toBe(`${HELD_AT_MOST_MS / S}: 0/60`);
});

test('UD6: of a car that takes less than its limit nobody says that it takes more, though its station was not seen to follow', () => {
  const scene = silentBeside(200, 120);
  expect(changes(scene, 0, FOLLOWS_WITHIN_MS / S + 1, 50).at(-1)).toBe(`${FOLLOWS_WITHIN_MS / S}: 80/100`);
  expect(reasonOf(scene.decideAt(T0 + FOLLOWS_WITHIN_MS), 2)).toEqual({
    code: 'PROFILE_NOT_ENFORCED',
    sentence: '6.9 kW. Its station has not shown that it keeps to its limit of 10 A: no more until it does.',
  });
});

test('UD6, SI28: that one counts with more than it was told is no leave to tell it more, where not even the permanent limits fit beside what a building may add', () => {
  const meter = { circuitId: 'grid', name: 'Building', meterId: 'building', staleAfterMs: 5_000 };
  const site = siteOf({
    ...panelOf(2),
    circuits: [
      { circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 400) },
      { circuitId: 'panel-a', parentCircuitId: 'grid', name: 'Panel A', rating: perPhase(() => 134) },
    ],
    otherLoads: [{ ...meter, worstCase: perPhase(() => 280), risesAtMost: perPhase(() => 100) }],
  });
  const scene = new Scene(site).given(
    building(0, T0),
    all(1, 2, ready),
    all(1, 2, car),
    committed(1, 60, { commanded: 60, atMs: T0 }),
    // Its own meter says a tenth more than it was told.
    committed(2, 74, { member: 'measured', commanded: 67, atMs: T0 }),
  );
  const second = (s: number): number | undefined => {
    const atMs = T0 + s * S;
    scene.given(building(s < 60 ? 60 : 200, atMs));
    return limits(scene.decideAt(atMs), 2)[0];
  };
  // Half of 13.4 A.
  expect(Array.from({ length: 60 }, (_, s) => second(s)).at(-1)).toBe(67);
  // 20 A and 1 A for the error of its meter, 10 A that it may add, 6 A and 7.4 A: more than 40 A.
  expect(Array.from({ length: 60 }, (_, s) => second(60 + s))).toEqual(Array.from({ length: 60 }, () => 60));
});
