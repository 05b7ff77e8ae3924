import { expect, test } from '@jest/globals';
import { epochMs, wattHours } from '@headroom/kernel';
import type { Given } from './control-memory.ts';
import type { Fact } from './facts.ts';
import {
  after,
  all,
  asking,
  car,
  chargingState,
  committed,
  connected,
  idOf,
  limits,
  measured,
  panelOf,
  ready,
  Scene,
  siteOf,
  status,
  T0,
} from './given.fixture.ts';
import {
  CHARGED_RESTS_FOR_MS,
  IDLE_AFTER_MS,
  restsUntil,
  RESTS_FOR_MS,
  SERVED_RESTS_FOR_MS,
  STOPS_AFTER_MS,
} from './giving-up.ts';
import { STARVES_AFTER_MS } from './rotation.ts';
import { bearsOnDecision, quietUntil } from './quiet.ts';
import { EMPTY_EVSE_STATE } from './site-state.ts';

const MIN = 60_000;
const OFF: Given = { limit: 0 as Given['limit'], changedAtMs: T0 };

/** A sample with what its register says, in watt-hours. */
function registered(n: number, of: { readonly wh: number; readonly deciA: number; readonly atMs: number }): Fact {
  const fact = measured(n, of.deciA, of.atMs);
  if (fact.kind !== 'evse-measured') throw new Error('it is a sample');
  return { ...fact, sample: { ...fact.sample, register: wattHours(of.wh) } };
}

/** Of a car that has had so much. */
const charged = (n: number, wh: number): readonly Fact[] => [
  registered(n, { wh: 0, deciA: 200, atMs: T0 - 2 * MIN }),
  registered(n, { wh, deciA: 200, atMs: T0 - MIN }),
];

test.each<[string, readonly Fact[], number]>([
  ['has not charged, and waits for its timer: an hour', [], RESTS_FOR_MS],
  ['took what its electronics need: an hour', charged(1, 499), RESTS_FOR_MS],
  ['has charged and stopped by itself: four', charged(1, 500), CHARGED_RESTS_FOR_MS],
  ['has less than was asked for: four', [asking(1, 9_000), ...charged(1, 8_899)], CHARGED_RESTS_FOR_MS],
  ['has what was asked for: twelve', [asking(1, 9_000), ...charged(1, 8_900)], SERVED_RESTS_FOR_MS],
])('RF6: a car that gave its place up rests the longer the likelier it is full; it %s', (_, facts, restMs) => {
  const state = after([...ready(1), ...car(1), ...facts]);
  const evse = state.evses.get(idOf(1)) ?? EMPTY_EVSE_STATE;
  expect(restsUntil(evse, OFF)).toBe(T0 + restMs);
  expect(restsUntil(evse, { ...OFF, limit: 60 as Given['limit'] })).toBeUndefined();
});

/** Two cars with 20 A each, for as long as the second one has been on; what becomes of the limits once it says that it stopped. */
function stopping(of: { readonly wh: number; readonly onForMs: number; readonly says?: 'status' }) {
  const site = siteOf({ ...panelOf(2, { fallback: 0 }, 400), share: 'equal' });
  const scene = new Scene(site);
  scene.given(
    all(1, 2, (n) => [
      connected(n),
      committed(n, 200, { commanded: 200, atMs: T0 - 10 * MIN, member: 'acknowledged' }),
    ]),
    all(1, 2, car),
    charged(1, 4_000),
    charged(2, of.wh),
    of.says === 'status' ? status(2, 'suspended-ev', T0) : chargingState(2, 'suspended-ev', T0),
  );
  const onSinceMs = epochMs(T0 - of.onForMs);
  const given: Given = { limit: 200 as Given['limit'], raisedAtMs: onSinceMs, changedAtMs: onSinceMs, onSinceMs };
  scene.memory = { ...scene.memory, given: new Map([1, 2].map((n) => [idOf(n), given])) };
  return (afterMs: number) => limits(scene.decideAt(T0 + afterMs), 1, 2);
}

test.each(['state', 'status'] as const)(
  'UD2: of a car that charged, and tells by its %s that it has stopped, only the minimum is kept ready after ten seconds',
  (says) => {
    // Also after a short stay: three minutes of 6 A on three phases.
    for (const wh of [4_000, 200]) {
      const at = stopping({ wh, onForMs: 10 * MIN, ...(says === 'status' ? { says } : {}) });
      expect(at(STOPS_AFTER_MS - 1)).toEqual([200, 200]);
      expect(at(STOPS_AFTER_MS)).toEqual([320, 60]);
    }
  },
);

test('UD2: one that has not charged, or was let in less than a minute before, may be about to start: its share waits for it', () => {
  for (const of of [
    { wh: 199, onForMs: 10 * MIN },
    { wh: 4_000, onForMs: IDLE_AFTER_MS - 1 },
  ]) {
    expect(stopping(of)(STOPS_AFTER_MS)).toEqual([200, 200]);
    expect(stopping(of)(IDLE_AFTER_MS + MIN)).toEqual([320, 60]);
  }
});

test('RF6: who rests for longer keeps nobody from being asked again', () => {
  const scene = new Scene(siteOf({ ...panelOf(3, { fallback: 0 }, 70), share: 'equal' }));
  scene.given(
    all(1, 3, (n) => [
      connected(n),
      committed(n, n === 3 ? 70 : 0, { commanded: n === 3 ? 70 : 0, atMs: T0 - 180 * MIN }),
    ]),
    all(1, 3, (n) => car(n, T0 - 300 * MIN)),
    charged(1, 4_000),
    registered(1, { wh: 4_000, deciA: 0, atMs: T0 - 1 }),
    all(1, 2, (n) => [chargingState(n, 'suspended-ev', T0 - 180 * MIN)]),
  );
  const at = (agoMin: number): Given => ({ ...OFF, changedAtMs: epochMs(T0 - agoMin * MIN) });
  const on: Given = {
    limit: 70 as Given['limit'],
    changedAtMs: at(180).changedAtMs ?? T0,
    onSinceMs: epochMs(T0 - 180 * MIN),
  };
  scene.memory = { ...scene.memory, given: new Map([at(120), at(60), on].map((given, i) => [idOf(i + 1), given])) };
  expect(limits(scene.decideAt(T0), 1, 2, 3)).toEqual([0, 60, 0]);
});

test.each<[string, { readonly agoMin: number; readonly asksWh: number; readonly ratingDeciA: number }, number]>([
  ['it has its least from what nobody can use', { agoMin: 60, asksWh: 9_000, ratingDeciA: 400 }, 60],
  ['before its first hour is over it has none of that', { agoMin: 59, asksWh: 9_000, ratingDeciA: 400 }, 0],
  ['nobody makes room for it', { agoMin: 60, asksWh: 9_000, ratingDeciA: 320 }, 0],
  ['and who is served rests on', { agoMin: 60, asksWh: 4_000, ratingDeciA: 400 }, 0],
])(
  'RF6: a car that charged, stopped by itself and gave its place up is not left alone beside free room: %s',
  (_, of, least) => {
    const scene = new Scene(siteOf({ ...panelOf(2, { fallback: 0 }, of.ratingDeciA), share: 'equal' }));
    scene.given(
      all(1, 2, (n) => [
        connected(n),
        committed(n, n === 2 ? 320 : 0, { commanded: n === 2 ? 320 : 0, atMs: T0 - 180 * MIN }),
      ]),
      all(1, 2, (n) => car(n, T0 - 300 * MIN)),
      [asking(1, of.asksWh)],
      charged(1, 4_000),
      registered(1, { wh: 4_000, deciA: 0, atMs: T0 - 1 }),
      chargingState(1, 'suspended-ev', T0 - 180 * MIN),
      measured(2, 320, T0),
    );
    const on: Given = {
      limit: 320 as Given['limit'],
      changedAtMs: epochMs(T0 - 180 * MIN),
      onSinceMs: epochMs(T0 - 180 * MIN),
    };
    const off: Given = { ...OFF, changedAtMs: epochMs(T0 - of.agoMin * MIN) };
    scene.memory = { ...scene.memory, given: new Map([off, on].map((given, n) => [idOf(n + 1), given])) };
    expect(limits(scene.decideAt(T0), 1, 2)).toEqual([least, 320]);
  },
);

/** Of a site whose first car is remembered so: nothing has moved. */
function quietFrom(facts: readonly Fact[], given: Given, nowMs: number): number {
  const site = siteOf({ ...panelOf(1, { fallback: 0 }), share: 'equal' });
  const memory = { given: new Map([[idOf(1), given]]), envelopes: new Map() };
  return quietUntil({ site, state: after(facts), before: memory, memory, nowMs: epochMs(nowMs) });
}

test('a decision stands until a car has stopped, until its rest is over, and until who was let in is no longer preferred', () => {
  const full = [...ready(1), ...car(1), ...charged(1, 4_000)];
  const long: Given = { limit: 320 as Given['limit'], onSinceMs: epochMs(T0 - 24 * 60 * MIN) };
  expect(quietFrom([...full, chargingState(1, 'suspended-ev', T0)], long, T0 + 1)).toBe(T0 + STOPS_AFTER_MS);
  // From three hours on who has nothing starves, if it wants something.
  expect(quietFrom(full, OFF, T0 + RESTS_FOR_MS)).toBe(T0 + STARVES_AFTER_MS);
  expect(quietFrom(full, OFF, T0 + STARVES_AFTER_MS)).toBe(T0 + CHARGED_RESTS_FOR_MS);
  const on: Given = { limit: 320 as Given['limit'], onSinceMs: T0 };
  expect(quietFrom(full, on, T0 + 120 * MIN)).toBe(T0 + 180 * MIN);
});

test('a register that is read later than the current of a car which takes nothing bears on how long it rests', () => {
  const site = siteOf({ ...panelOf(1, { fallback: 0 }), share: 'equal' });
  const nothing = (wh: number, atMs: number) => registered(1, { wh, deciA: 0, atMs });
  const state = after([
    connected(1),
    committed(1, 320, { commanded: 320 }),
    ...car(1),
    nothing(0, T0),
    nothing(400, T0 + 1),
  ]);
  const bears = (wh: number) =>
    bearsOnDecision({ model: site, state, decidedAtMs: T0 }, after([nothing(wh, T0 + 2)], state), idOf(1));
  expect([bears(450), bears(500)]).toEqual([false, true]);
});
