import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, perPhase } from '@headroom/kernel';
import type { Given } from './control-memory.ts';
import {
  all,
  asking,
  car,
  chargingState,
  committed,
  connected,
  DEPOT,
  evseInput,
  idOf,
  limits,
  measured,
  panelOf,
  ready,
  reasonOf,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';
import { GIVES_UP_AFTER_MS, RESTS_FOR_MS } from './giving-up.ts';
import { QUANTUM_MS } from './rotation.ts';
import { obedient, Panel } from './test-support/panel.ts';

const S = 1_000;
const MIN = 60 * S;

test('RF4, OD2: three cars of which one can run take turns of 15 minutes; nobody waits for more than two of them', () => {
  const panel = new Panel(3, 70, { share: 'density', draw: obedient });
  panel.scene.given(
    all(1, 3, car),
    all(1, 3, (n) => [asking(n, 30_000, T0 + 8 * 60 * MIN)]),
  );
  const seen = panel.run(T0, T0 + 3 * 60 * MIN);
  const onFor = [0, 0, 0];
  const offFor = [0, 0, 0];
  for (const now of seen) {
    expect(now.filter((limit) => limit > 0).length).toBe(1);
    now.forEach((limit, i) => {
      // A turn that ends has lasted.
      if (limit === 0 && (onFor[i] ?? 0) > 0) expect((onFor[i] ?? 0) * 10 * S).toBeGreaterThanOrEqual(QUANTUM_MS);
      onFor[i] = limit > 0 ? (onFor[i] ?? 0) + 1 : 0;
      offFor[i] = limit > 0 ? 0 : (offFor[i] ?? 0) + 1;
      // Credits are looked at each minute.
      expect((offFor[i] ?? 0) * 10 * S).toBeLessThanOrEqual(2 * (QUANTUM_MS + 60 * S));
    });
  }
});

/** One place for two; the first one charges. What the second one, who can wait `lessMin` minutes less, comes to. */
function besides({ lessMin, onForMin }: { readonly lessMin: number; readonly onForMin: number }): readonly number[] {
  const scene = new Scene(siteOf({ ...panelOf(2, { fallback: 0 }, 70), share: 'smoothed-laxity' }));
  const atMs = epochMs(T0 - onForMin * MIN);
  scene.given(
    all(1, 2, (n) => [connected(n), committed(n, n === 1 ? 70 : 0, { commanded: n === 1 ? 70 : 0, atMs })]),
    all(1, 2, car),
    all(1, 2, (n) => [asking(n, 9_000, T0 + 4 * 60 * MIN - (n === 2 ? lessMin * MIN : 0))]),
    all(1, 2, (n) => [measured(n, n === 1 ? 70 : 0, T0)]),
  );
  const given: Given = { limit: deciAmps(70), raisedAtMs: atMs, changedAtMs: atMs, onSinceMs: atMs };
  scene.memory = { ...scene.memory, given: new Map([[idOf(1), given]]) };
  return limits(scene.decideAt(T0), 1, 2);
}

test('OD7: whoever charges goes on beside somebody who can wait half an hour less, and gives way to who can wait an hour less', () => {
  expect(besides({ lessMin: 30, onForMin: 60 })).toEqual([70, 0]);
  expect(besides({ lessMin: 60, onForMin: 60 })).toEqual([0, 70]);
  // A turn is a turn.
  expect(besides({ lessMin: 60, onForMin: 14 })).toEqual([70, 0]);
  // He is preferred for three hours.
  expect(besides({ lessMin: 30, onForMin: 179 })).toEqual([70, 0]);
  expect(besides({ lessMin: 30, onForMin: 180 })).toEqual([0, 70]);
});

test('RF4: where nobody can have what he wants, and so all are as urgent, nobody waits for ever beside who charges', () => {
  const panel = new Panel(3, 70, { share: 'smoothed-laxity', draw: obedient });
  panel.scene.given(
    all(1, 3, car),
    all(1, 3, (n) => [asking(n, 90_000, T0 + 60 * MIN)]),
  );
  const waits = [0, 0, 0];
  for (const now of panel.run(T0, T0 + 14 * 60 * MIN)) {
    now.forEach((limit, i) => {
      waits[i] = limit > 0 ? 0 : (waits[i] ?? 0) + 10 * S;
    });
    // Two others, three hours each, and a turn to come level.
    expect(Math.max(...waits)).toBeLessThanOrEqual(2 * (180 * MIN + QUANTUM_MS));
  }
});

test('OD2 a turn ends early where the limit leaves no room for it', () => {
  const panel = new Panel(2, 130, { share: 'density', draw: obedient });
  panel.scene.given(all(1, 2, car));
  panel.run(T0, T0 + 2 * MIN);
  expect(panel.at(T0 + 2 * MIN).every((limit) => limit > 0)).toBe(true);
  const { scene } = panel;
  const lower = siteOf(panelOf(2, { fallback: 0 }, 70));
  const narrow = Object.assign(new Scene(lower), { state: scene.state, memory: scene.memory });
  expect(limits(narrow.decideAt(T0 + 2 * MIN + S), 1, 2).filter((limit) => limit > 0)).toHaveLength(1);
});

test('RF6: a car that takes nothing for five minutes gives its place up to who can use it, and is asked again an hour later', () => {
  // 10 A for two: the second one would have 10 A instead of waiting.
  const panel = new Panel(2, 100, { share: 'equal', draw: (n, limit) => (n === 1 ? 0 : limit) });
  panel.scene.given(all(1, 2, car));
  panel.run(T0, T0 + GIVES_UP_AFTER_MS - 10 * S);
  // From its first minute on it waits behind whoever wants something.
  expect(panel.at(T0 + GIVES_UP_AFTER_MS)).toEqual([0, 100]);
  const offMs = T0 + GIVES_UP_AFTER_MS;
  const gaveUp = panel.run(offMs + 10 * S, offMs + RESTS_FOR_MS - 5 * MIN);
  expect(new Set(gaveUp.map(String))).toEqual(new Set(['0,100']));
  // For a minute and a half somebody looks whether it has woken up; and not again for an hour.
  const asked = panel.run(offMs + RESTS_FOR_MS - 5 * MIN, offMs + RESTS_FOR_MS + 50 * MIN);
  const offered = asked.filter(([first = 0]) => first > 0).length;
  expect(offered * 10 * S).toBeGreaterThanOrEqual(60 * S);
  expect(offered * 10 * S).toBeLessThanOrEqual(3 * MIN);
});

test('RF6: where nobody wants it the place stays with a car that takes nothing, and nothing moves', () => {
  const panel = new Panel(2, 640, { share: 'equal', draw: (n, limit) => (n === 1 ? 0 : Math.min(limit, 320)) });
  panel.scene.given(all(1, 2, car));
  panel.run(T0, T0 + 10 * MIN);
  const seen = panel.run(T0 + 10 * MIN, T0 + 100 * MIN);
  expect(new Set(seen.map(String))).toEqual(new Set(['60,320']));
});

test('OD3: who gave its place up is not offered a rest that is left for a moment, but one that lasts', () => {
  // The other one takes all it can have, and for some minutes nothing.
  const panel = new Panel(2, 100, { share: 'equal', draw: (n, limit) => (n === 1 ? 0 : Math.min(limit, most)) });
  let most = 320;
  panel.scene.given(all(1, 2, car));
  panel.run(T0, T0 + GIVES_UP_AFTER_MS + 10 * S);
  expect(panel.at(T0 + GIVES_UP_AFTER_MS + 10 * S)[0]).toBe(0);
  // It takes little: its limit comes down, and something is left.
  most = 6;
  // After its first minute of nothing the other one had its place.
  const rests = panel.run(T0 + GIVES_UP_AFTER_MS + 20 * S, T0 + RESTS_FOR_MS);
  expect(rests.every(([first]) => first === 0)).toBe(true);
  expect(panel.run(T0 + RESTS_FOR_MS, T0 + RESTS_FOR_MS + 3 * MIN).some(([first = 0]) => first > 0)).toBe(true);
});

test('RF6: a car that said it was full has given its place up although its station now says that it is held back', () => {
  const panel = new Panel(2, 100, { share: 'equal', draw: obedient });
  const { scene } = panel;
  scene.given(car(1), chargingState(1, 'suspended-ev', T0), all(2, 2, car));
  // A station without a meter: only its word tells.
  const at = (ms: number) => {
    const decision = scene.decideAt(T0 + ms);
    for (const n of [1, 2]) {
      const [limit = 0] = limits(decision, n);
      scene.given(committed(n, limit, { commanded: limit, atMs: T0 + ms, member: 'acknowledged' }));
    }
    scene.given(measured(2, limits(decision, 2)[0] ?? 0, T0 + ms + 1));
    return limits(decision, 1, 2);
  };
  at(0);
  for (let s = 10; s <= 6 * 60; s += 10) at(s * S);
  expect(at(6 * MIN + 10 * S)).toEqual([0, 100]);
  expect(reasonOf(scene.decideAt(T0 + 6 * MIN + 20 * S), 1)).toMatchObject({ code: 'EV_NOT_DRAWING' });
  scene.given(chargingState(1, 'suspended-evse', T0 + 6 * MIN + 21 * S));
  for (let s = 6 * 60 + 30; s < 20 * 60; s += 10) expect(at(s * S)).toEqual([0, 100]);
});

test('MD5 cars of which nothing is known are let in one after the other, at their minimum, until their phases are seen', () => {
  // 24 A on each phase. Cars on one phase each: bays 1 to 4 all turned the same way, 6 A each would do for all.
  const panel = new Panel(4, 240, { share: 'density', draw: (_n, limit) => Math.min(limit, 320), phases: 1 });
  const rating = 240;
  panel.scene.given(
    all(1, 1, (n) => car(n, T0 - 10 * MIN)),
    asking(1, 60_000, T0 + 60 * MIN),
  );
  panel.run(T0, T0 + 2 * MIN);
  // The first one has all of it; the others come, less urgent and unknown.
  panel.scene.given(
    all(2, 4, (n) => car(n, T0 + 2 * MIN)),
    all(2, 4, (n) => [asking(n, 2_000, T0 + 20 * 60 * MIN)]),
  );
  const seen = panel.run(T0 + 2 * MIN, T0 + 8 * MIN);
  const started = [2, 3, 4].map((n) => seen.findIndex((now) => (now[n - 1] ?? 0) > 0));
  expect(started.every((at) => at >= 0)).toBe(true);
  // One at a time: 20 s of proof between them at least.
  const order = started.toSorted((a, b) => a - b);
  expect((order[1] ?? 0) - (order[0] ?? 0)).toBeGreaterThanOrEqual(2);
  expect((order[2] ?? 0) - (order[1] ?? 0)).toBeGreaterThanOrEqual(2);
  for (const now of seen) expect(now.reduce((sum, limit) => sum + limit, 0)).toBeLessThanOrEqual(rating);
});

test('who waits in a queue is told his number among those for whom the same row is full, not among all of the site', () => {
  const panel = (name: string) => ({ circuitId: name, parentCircuitId: 'grid', name, rating: perPhase(() => 100) });
  const grid = { circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 3_200) };
  const evses = [1, 2, 3, 4, 5].map((n) => evseInput(`ST-00${n}`, n < 4 ? 'one' : 'other', { fallback: 0 }));
  const site = siteOf({ ...panelOf(0), circuits: [grid, panel('one'), panel('other')], evses, share: 'first-come' });
  const scene = new Scene(site).given(
    all(1, 5, (n) => [connected(n), committed(n, 0)]),
    all(1, 5, car),
  );
  const decision = scene.decideAt(T0);
  expect(limits(decision, 1, 2, 3, 4, 5)).toEqual([100, 0, 0, 100, 0]);
  const ends = [2, 3, 5].map((n) => reasonOf(decision, n).sentence.split('; ')[1]);
  expect(ends).toEqual([
    '6 A more do not fit. Number 1 in the queue.',
    '6 A more do not fit. Number 2 in the queue.',
    '6 A more do not fit. Number 1 in the queue.',
  ]);
});

test('a load without a fresh reading is the reason where it counts, not on another phase', () => {
  const [load] = DEPOT.otherLoads ?? [];
  const worstCase = { ...perPhase(() => 0), l1: 300 };
  const evses = (['l1', 'l2'] as const).map((phase, i) => evseInput(`ST-00${i + 1}`, 'grid', { phases: [phase] }));
  const circuits = [{ circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 310) }];
  const site = siteOf({
    ...panelOf(0),
    circuits,
    evses: evses.map((evse) => ({ ...evse, fallback: 0 })),
    otherLoads: load === undefined ? [] : [{ ...load, worstCase }],
  });
  const both = new Scene(site).given(
    all(1, 2, (n) => [connected(n), committed(n, 0)]),
    all(1, 2, car),
  );
  const decision = both.decideAt(T0);
  expect(limits(decision, 1, 2)).toEqual([0, 310]);
  expect(reasonOf(decision, 1).sentence).toMatch(/^Paused. No fresh reading of Building/);
  expect(reasonOf(decision, 2).sentence).toBe('7.1 kW. Grid connection is full (31 of 31 A on L2).');
});

test('in a row that is lost one of two may charge: of the other nobody says that not even his minimum fits', () => {
  const limitOverride = { powerLimitW: 7_000, validUntilMs: T0 + 60 * MIN, setBy: 'ann', reason: 'works' };
  const scene = new Scene(siteOf({ ...panelOf(2), limitOverride })).given(all(1, 2, ready), all(1, 2, car));
  const decision = scene.decideAt(T0);
  expect(limits(decision, 1, 2)).toEqual([60, 0]);
  expect(reasonOf(decision, 2)).toMatchObject({
    code: 'BELOW_MINIMUM_PAUSED',
    sentence:
      'Paused. Grid connection is over its limit (8 of 7 kW), its limit set by an operator until 09:00 UTC; 6 A more do not fit.',
  });
});
