import { expect, test } from '@jest/globals';
import { perPhase, stationId } from '@headroom/kernel';
import {
  all,
  building,
  car,
  committed,
  DEPOT,
  gone,
  limits,
  measured,
  panelOf,
  ready,
  reasonOf,
  Scene,
  siteOf,
  status,
  T0,
} from './given.fixture.ts';
import type { Fact } from './facts.ts';
import { FOLLOWS_WITHIN_MS } from './roles.ts';

const S = 1_000;

test('UD2 a car that takes less than its limit for 30 s keeps 2 A above its draw, the rest goes to the others', () => {
  const scene = new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
  scene.decideAt(T0);
  scene.given(all(1, 3, (n) => [committed(n, 213, { member: 'acknowledged', commanded: 213, atMs: T0 + S })]));
  const first = T0 + 60 * S;
  for (let s = 0; s <= 29; s += 1) scene.given(measured(1, 95, first + s * S));
  expect(limits(scene.decideAt(first + 29 * S), 1, 2)).toEqual([214, 213]);
  scene.given(measured(1, 95, first + 31 * S));
  const decision = scene.decideAt(first + 31 * S);
  // 9.5 + 2 = 11.5 A, up to whole amperes: 12 A.
  expect(limits(decision, 1, 2, 3)).toEqual([120, 260, 260]);
  expect(reasonOf(decision, 1)).toEqual({
    code: 'EV_MAX',
    sentence: '8.3 kW. The car takes no more than about 12 A.',
  });
});

test('UD2, H82 a car at a station of watts is expected to take no more than is passed on, and a learned bound covers what it takes', () => {
  const scene = new Scene(siteOf(panelOf(1))).given(ready(1), car(1));
  scene.given(committed(1, 320, { member: 'acknowledged', commanded: 320, passesPercent: 90 }));
  scene.decideAt(T0);
  const measuredFor = (deciA: number, fromS: number, toS: number) => {
    for (let s = fromS; s <= toS; s += 1) scene.given(measured(1, deciA, T0 + s * S));
    return limits(scene.decideAt(T0 + toS * S), 1);
  };
  // 32 A x 0.9 = 28.8 A.
  expect(measuredFor(288, 60, 120)).toEqual([320]);
  // (16 + 2) A / 0.9 = 20 A.
  expect(measuredFor(160, 121, 200)).toEqual([200]);
  // At its limit again, by what is passed on of it: it wants more.
  scene.given(committed(1, 200, { member: 'acknowledged', commanded: 200, passesPercent: 90, atMs: T0 + 201 * S }));
  expect(measuredFor(180, 202, 215)[0]).toBeGreaterThan(200);
});

test('H82 a station of watts is given enough for its car to start, or nothing', () => {
  const least = (ratingDeciA: number, passesPercent?: number) => {
    const site = siteOf(panelOf(1, { fallback: 0 }, ratingDeciA));
    const passes = passesPercent === undefined ? {} : { passesPercent };
    return limits(
      new Scene(site).given(ready(1), car(1), committed(1, 0, { commanded: 0, ...passes })).decideAt(T0),
      1,
    );
  };
  expect([least(60), least(66, 90), least(70, 90)]).toEqual([[60], [0], [70]]);
});

test('UD3 a car that reaches its learned bound gets 4 A more, at most every 10 s', () => {
  const scene = new Scene(siteOf(panelOf(1))).given(ready(1), car(1));
  scene.given(committed(1, 320, { member: 'acknowledged', commanded: 320 }));
  scene.decideAt(T0);
  const at = (s: number) => T0 + s * S;
  for (let s = 60; s <= 91; s += 1) scene.given(measured(1, 100, at(s)));
  expect(limits(scene.decideAt(at(91)), 1)).toEqual([120]);
  scene.given(committed(1, 120, { member: 'acknowledged', commanded: 120, atMs: at(92) }));
  // The bound was learned at 90 s: at 99 s it is too early, at 101 s it rises.
  scene.given(measured(1, 115, at(99)));
  expect(limits(scene.decideAt(at(99)), 1)).toEqual([120]);
  scene.given(measured(1, 115, at(101)));
  expect(limits(scene.decideAt(at(101)), 1)).toEqual([160]);
});

test('UD4 a car that follows a lower limit has not shown that it takes more: what was learned of it stands', () => {
  const scene = new Scene(siteOf(panelOf(1))).given(ready(1), car(1));
  scene.given(committed(1, 320, { member: 'acknowledged', commanded: 320 }));
  scene.decideAt(T0);
  const at = (s: number) => T0 + s * S;
  for (let s = 60; s <= 91; s += 1) scene.given(measured(1, 100, at(s)));
  expect(limits(scene.decideAt(at(91)), 1)).toEqual([120]);
  // For two minutes there is less for it.
  scene.given(committed(1, 80, { member: 'acknowledged', commanded: 80, atMs: at(92) }));
  for (let s = 100; s <= 220; s += 10) scene.given(measured(1, 80, at(s)));
  expect(limits(scene.decideAt(at(221)), 1)).toEqual([120]);
});

test('a car that says it is full keeps only its fallback after 60 s, and is back as soon as it draws', () => {
  const scene = new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
  scene.given(status(1, 'suspended-ev', T0));
  scene.decideAt(T0);
  expect(limits(scene.decideAt(T0 + 59 * S), 1)).toEqual([214]);
  const decision = scene.decideAt(T0 + 60 * S);
  expect(limits(decision, 1, 2, 3)).toEqual([60, 290, 290]);
  expect(reasonOf(decision, 1)).toEqual({
    code: 'EV_NOT_DRAWING',
    sentence: '4.1 kW. The car takes nothing now; 6 A stay ready for it.',
  });
  scene.given(measured(1, 58, T0 + 61 * S));
  expect(limits(scene.decideAt(T0 + 71 * S), 1, 2, 3)).toEqual([214, 213, 213]);
});

test('UD5 a car that draws above its limit counts with what it draws, and gets no more', () => {
  const scene = new Scene(siteOf(panelOf(2, {}, 320))).given(all(1, 2, ready), all(1, 2, car));
  expect(limits(scene.decideAt(T0), 1, 2)).toEqual([160, 160]);
  scene.given(
    committed(1, 160, { member: 'acknowledged', commanded: 160, atMs: T0 + S }),
    measured(1, 200, T0 + 2 * S),
  );
  const decision = scene.decideAt(T0 + 2 * S);
  // 320 - 200 = 120 for the neighbour.
  expect(limits(decision, 1, 2)).toEqual([160, 120]);
  expect(reasonOf(decision, 1).code).toBe('PROFILE_NOT_ENFORCED');
});

/** Two cars on 32 A; the first one was told 16 A instead of 26 A a second after `T0`, and counts with both. */
function lowered() {
  const scene = new Scene(siteOf(panelOf(2, {}, 320))).given(all(1, 2, ready), all(1, 2, car));
  scene.given(committed(1, 260, { member: 'acknowledged', commanded: 260, atMs: T0 }));
  scene.given(committed(1, 260, { member: 'unsettled', commanded: 160, atMs: T0 + S }));
  scene.decideAt(T0 + S);
  return scene;
}

test('UD5, SI4: a car that still draws what it had counts with that, and its neighbours are not lowered for it', () => {
  const scene = lowered();
  for (const s of [2, 5, 6.9]) {
    scene.given(measured(1, 260, T0 + s * S));
    expect(limits(scene.decideAt(T0 + s * S), 1, 2)).toEqual([160, 160]);
  }
});

test('UD5: who has not followed in 6 s does not obey, and each further decrease in between gives it no more time', () => {
  const scene = lowered();
  scene.given(measured(1, 260, T0 + 4 * S));
  scene.given(committed(1, 260, { member: 'unsettled', commanded: 150, atMs: T0 + 5 * S }));
  scene.given(measured(1, 259, T0 + 6.9 * S));
  expect(limits(scene.decideAt(T0 + 6.9 * S), 2)).toEqual([160]);
  scene.given(measured(1, 260, T0 + 7 * S));
  const decision = scene.decideAt(T0 + 7 * S);
  expect(limits(decision, 2)).toEqual([60]);
  expect(reasonOf(decision, 1).code).toBe('PROFILE_NOT_ENFORCED');
});

test('UD5, SI6: who draws more than it counts with does not obey at once, though it was lowered just now', () => {
  const scene = lowered();
  scene.given(committed(1, 200, { member: 'unsettled', commanded: 160, atMs: T0 + 2 * S }));
  scene.given(measured(1, 201, T0 + 3 * S));
  expect(limits(scene.decideAt(T0 + 3 * S), 1, 2)).toEqual([160, 119]);
});

test('UD5, H80: who draws too much is not forgiven for being told less', () => {
  const scene = new Scene(siteOf(panelOf(2, {}, 320))).given(all(1, 2, ready), all(1, 2, car));
  // It may still obey a lease of 21 A of which nobody knows, so what it draws is no more than what counts for it.
  scene.given(committed(1, 210, { member: 'unresolved', commanded: 160, atMs: T0 }), measured(1, 200, T0 + S));
  expect(reasonOf(scene.decideAt(T0 + S), 1).code).toBe('PROFILE_NOT_ENFORCED');
  scene.given(committed(1, 210, { member: 'unresolved', commanded: 120, atMs: T0 + 2 * S }));
  scene.given(measured(1, 200, T0 + 3 * S));
  expect(reasonOf(scene.decideAt(T0 + 3 * S), 1).code).toBe('PROFILE_NOT_ENFORCED');
});

test('UD5, SI6: what counts only because it was seen to be drawn is nothing that it was told, and no decrease excuses it', () => {
  const scene = lowered();
  scene.given(committed(1, 210, { member: 'measured', commanded: 160, atMs: T0 + 2 * S }));
  scene.given(measured(1, 200, T0 + 3 * S));
  const decision = scene.decideAt(T0 + 3 * S);
  expect(reasonOf(decision, 1).code).toBe('PROFILE_NOT_ENFORCED');
  // 320 - 210 for the neighbour.
  expect(limits(decision, 2)).toEqual([110]);
});

test('UD5: who was seen to follow has its time anew with the next decrease', () => {
  const scene = lowered();
  scene.given(
    measured(1, 160, T0 + 5 * S),
    committed(1, 160, { member: 'acknowledged', commanded: 160, atMs: T0 + 5 * S }),
  );
  scene.given(committed(1, 160, { member: 'unsettled', commanded: 120, atMs: T0 + 14 * S }));
  scene.given(measured(1, 160, T0 + 16 * S));
  expect(reasonOf(scene.decideAt(T0 + 16 * S), 1).code).not.toBe('PROFILE_NOT_ENFORCED');
});

test('SI3, E3 a station that refuses a lower limit counts with what it may still obey, and its neighbours make room at once', () => {
  const scene = new Scene(
    siteOf({
      ...panelOf(3),
      otherLoads: [
        {
          circuitId: 'panel-a',
          name: 'Kitchen',
          worstCase: perPhase(() => 400),
          risesAtMost: perPhase(() => 0),
          meterId: 'building',
          staleAfterMs: 60_000,
        },
      ],
    }),
  ).given(all(1, 3, ready), all(1, 3, car), building(20));
  const calm = scene.decideAt(T0);
  const [high = 0] = limits(calm, 3, 3);
  const obeying = all(1, 3, (n) => [committed(n, high, { commanded: high, atMs: T0 + S })]);
  scene.given(obeying, building(300, T0 + 2 * S)).decideAt(T0 + 2 * S);
  const refusal: Fact = {
    kind: 'limit-resolved',
    stationId: stationId('ST-003'),
    evse: 1,
    commandId: 'c-3',
    outcome: 'rejected',
  };
  const followed = all(1, 2, (n) => [committed(n, 80, { commanded: 80, atMs: T0 + 3 * S })]);
  const after = scene.given([refusal], followed, building(300, T0 + 3 * S)).decideAt(T0 + 3 * S);
  // 64 A less the building and its reserve (31 A) and what the refuser holds: the others share the rest, not a third each.
  expect(high).toBeGreaterThan(200);
  expect(limits(after, 1, 2)).toEqual([64, 63]);
  expect(64 + 63 + high + 310).toBeLessThanOrEqual(640);
  expect(reasonOf(after, 3).code).toBe('PROFILE_NOT_ENFORCED');
  // It takes the limit at last: the three share again.
  const taken: Fact = { ...refusal, commandId: 'c-4', outcome: 'accepted' };
  const intended: Fact = { kind: 'limit-intended', stationId: stationId('ST-003'), evse: 1, commandId: 'c-4' };
  const again = scene
    .given([intended, taken, committed(3, 80, { commanded: 80, atMs: T0 + 20 * S })], building(300, T0 + 20 * S))
    .decideAt(T0 + 20 * S);
  expect(Math.min(...limits(again, 1, 3))).toBeGreaterThan(80);
});

test('a station that answers nothing of a lower limit but never follows it counts with the old one after a while', () => {
  const scene = new Scene(siteOf(panelOf(2, {}, 400))).given(all(1, 2, ready), all(1, 1, car));
  const alone = scene.decideAt(T0);
  const [high = 0] = limits(alone, 1, 1);
  scene.given([committed(1, high, { commanded: high, atMs: T0 + S })], car(2));
  const shared = scene.decideAt(T0 + 2 * S);
  expect(limits(shared, 1, 1)[0]).toBeLessThan(high);
  const late = scene.decideAt(T0 + 2 * S + FOLLOWS_WITHIN_MS);
  expect(reasonOf(late, 1).code).toBe('PROFILE_NOT_ENFORCED');
  expect(limits(late, 2, 2)[0]).toBeLessThanOrEqual(400 - high);
});

test('OD5 increases come at most every 10 s, decreases at once', () => {
  const scene = new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), car(1), car(2));
  expect(limits(scene.decideAt(T0), 1, 2)).toEqual([290, 290]);
  scene.given(car(3, T0 + S));
  expect(limits(scene.decideAt(T0 + S), 1, 2, 3)).toEqual([214, 213, 213]);
  scene.given(gone(3, T0 + 2 * S));
  const held = scene.decideAt(T0 + 2 * S);
  expect(limits(held, 1, 2)).toEqual([214, 213]);
  expect(reasonOf(held, 2)).toEqual({
    code: 'RAMP_LIMIT',
    sentence: '14.7 kW. On the way to 20.0 kW, one step every 10 s.',
  });
  expect(limits(scene.decideAt(T0 + 10 * S), 1, 2)).toEqual([290, 290]);
});

test('OD6 what trembles by less than 1 A moves nothing', () => {
  const scene = new Scene(siteOf(DEPOT)).given(all(1, 24, ready), all(1, 24, car), building(300));
  const first = scene.decideAt(T0);
  for (let s = 1; s <= 50; s += 1) {
    const trembling = building(300 + (s % 3), T0 + s * S);
    expect(limits(scene.given(trembling).decideAt(T0 + s * S), 1, 24)).toEqual(limits(first, 1, 24));
  }
});
