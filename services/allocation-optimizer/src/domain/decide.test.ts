import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, perPhase, watts } from '@headroom/kernel';
import { rowUses } from '@headroom/site-model';
import {
  all,
  building,
  car,
  committed,
  connected,
  DEPOT,
  disconnected,
  evseInput,
  idOf,
  limits,
  panelOf,
  ready,
  reasonOf,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';

const S = 1_000;

test('given one car alone, it gets all that its station can give', () => {
  const decision = new Scene(siteOf(panelOf(2))).given(ready(1), ready(2), car(1)).decideAt(T0);
  expect(limits(decision, 1)).toEqual([320]);
  expect(reasonOf(decision, 1)).toEqual({
    code: 'EVSE_MAX',
    sentence: '22.1 kW. The most this station can give (32 A).',
  });
});

test('given three cars on a panel of 64 A, each gets a third, to the last deci-amp', () => {
  const decision = new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car)).decideAt(T0);
  // 640 = 3 x 213 + 1: the one left over goes to the first.
  expect(limits(decision, 1, 2, 3)).toEqual([214, 213, 213]);
  expect(reasonOf(decision, 2)).toEqual({
    code: 'CIRCUIT_LIMIT',
    circuitId: 'panel-a',
    row: 'l1',
    sentence: '14.7 kW. Panel A is full (64 of 64 A on L1), shared equally with 2 cars.',
  });
});

test('given single-phase cars on one phase, the others share what they leave, each phase for itself', () => {
  const evses = [
    ...['ST-001', 'ST-002'].map((id) => evseInput(id, 'panel-a', { phases: ['l1'] })),
    evseInput('ST-003', 'panel-a'),
    evseInput('ST-004', 'panel-a', { phases: ['l2'] }),
  ];
  const decision = new Scene(siteOf({ ...panelOf(0), evses })).given(all(1, 4, ready), all(1, 4, car)).decideAt(T0);
  // L1: three share 64 A. L2 has room for the fourth's maximum.
  expect(limits(decision, 1, 2, 3, 4)).toEqual([214, 213, 213, 320]);
  expect(reasonOf(decision, 1)).toMatchObject({ code: 'PHASE_LIMIT', row: 'l1' });
  expect(reasonOf(decision, 4).code).toBe('EVSE_MAX');
});

test('given stations without a car, their fallback stays reserved', () => {
  const decision = new Scene(siteOf(panelOf(6))).given(all(1, 6, ready), car(1), car(2)).decideAt(T0);
  // 64 A - 4 x 6 A = 40 A for two.
  expect(limits(decision, 1, 2, 3)).toEqual([200, 200, 60]);
  expect(reasonOf(decision, 3)).toEqual({ code: 'NONE', sentence: 'No car is plugged in.' });
});

test('given a car whose station is off line for a moment, it keeps what it was commanded, and so finds it there again', () => {
  const scene = new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
  scene.given(committed(3, 250, { atMs: T0 + 1, commanded: 213 }), disconnected(3));
  expect(limits(scene.decideAt(T0), 3)).toEqual([213]);
});

test('given an offline station, it counts with what it is committed to, an unknown one with its maximum', () => {
  const site = siteOf(panelOf(3));
  const scene = new Scene(site).given(
    all(1, 3, ready),
    all(1, 3, car),
    committed(3, 250, { atMs: T0 + 1 }),
    disconnected(3),
  );
  const decision = scene.decideAt(T0);
  // 640 - 250 = 390 for two.
  expect(limits(decision, 1, 2, 3)).toEqual([195, 195, 60]);
  expect(reasonOf(decision, 3)).toEqual({
    code: 'STATION_OFFLINE_FALLBACK',
    sentence: 'The station is offline: it falls back to 6 A, and 25 A stay counted for it.',
  });
  const unknown = new Scene(site).given(ready(1), ready(2), car(1), car(2)).decideAt(T0);
  expect(limits(unknown, 1, 2)).toEqual([160, 160]);
});

test('given a station that has not shown that it obeys, it stays at its fallback and counts with its maximum', () => {
  const scene = new Scene(siteOf(panelOf(2))).given(all(1, 2, ready), all(1, 2, car));
  const decision = scene.given(committed(2, 320, { member: 'hardware-maximum', atMs: T0 + 1 })).decideAt(T0);
  expect(limits(decision, 1, 2)).toEqual([320, 60]);
  expect(reasonOf(decision, 2).code).toBe('PROFILE_NOT_ENFORCED');
});

test('given minima that do not fit, cars are admitted in the order of their sessions, the rest waits at 0 A for its turn', () => {
  // 20 A: three minima of 6 A. Nothing is reserved, so the fourth waits; it came first of the later two.
  const site = siteOf(panelOf(5, { fallback: 0 }, 200));
  const scene = new Scene(site).given(
    all(1, 5, (n) => [connected(n), committed(n, 0)]),
    [5, 4, 3, 2, 1].flatMap((n, i) => car(n, T0 + i)),
  );
  const decision = scene.decideAt(T0);
  expect(limits(decision, 5, 4, 3, 2, 1)).toEqual([67, 67, 66, 0, 0]);
  expect(reasonOf(decision, 2)).toEqual({
    code: 'ROUND_ROBIN_TURN',
    circuitId: 'panel-a',
    row: 'l1',
    sentence:
      'Paused. Panel A is full (20 of 20 A on L1); 6 A more do not fit. Cars take turns: that of ST-005 lasts until 08:30 UTC, its own is expected at 08:30 UTC.',
  });
  expect(reasonOf(decision, 1).sentence).toContain('its own is expected at 08:30 UTC.');
});

test('SI19 given a building that jumps by 60 kW, the very next decision lowers everybody to fit', () => {
  const site = siteOf(DEPOT);
  const scene = new Scene(site).given(all(1, 24, ready), all(1, 24, car), building(300));
  const calm = scene.decideAt(T0);
  // Building 30 A + 3.2 A reserve in steps of 3.2 A: 35.2 A. Panel: 160 A / 12 = 13.3 A. Grid power: 869.5 A less
  // 105.6 A, by 72 phases: 10.6 A.
  expect(limits(calm, 1, 24)).toEqual([107, 106]);
  // 60 kW more is 87 A on each phase: 117 A + 3.2 A in steps: 121.6 A. (8695 - 3648) / 72 = 70.
  const after = scene.given(building(1_170, T0 + S)).decideAt(T0 + S);
  expect(limits(after, 1, 24)).toEqual([71, 70]);
  const given = new Map([...after.allocations].map(([id, { limit }]) => [id, limit]));
  const load = new Map([[site.rootCircuitId, perPhase(() => deciAmps(1_170))]]);
  for (const row of rowUses({ site, committed: given, otherLoad: load, horizonLoad: load, nowMs: T0 + S })) {
    expect(row.usedDeciA).toBeLessThanOrEqual(row.limitDeciA);
  }
});

test('TL1 given a meter that falls silent, its worst case counts, and the reason says so', () => {
  const scene = new Scene(siteOf(DEPOT)).given(all(1, 24, ready), all(1, 24, car), building(300));
  scene.decideAt(T0);
  const decision = scene.decideAt(T0 + 5 * S + 1);
  // (8695 - 3 x 1400) / 72 = 62.4
  expect(limits(decision, 1, 24)).toEqual([63, 62]);
  expect(reasonOf(decision, 24)).toEqual({
    code: 'METER_STALE_FALLBACK',
    circuitId: 'grid',
    row: 'power',
    sentence:
      '4.3 kW. No fresh reading of Building, so its worst case counts: Grid connection is full (200 of 200 kW), shared equally with 23 cars.',
  });
});

test('TL3 given a building that falls, its current is given back over 30 s, not at once', () => {
  const scene = new Scene(siteOf(DEPOT)).given(all(1, 24, ready), all(1, 24, car), building(1_170));
  scene.decideAt(T0);
  const seen: number[] = [];
  for (let s = 1; s <= 120; s += 1) {
    const at = T0 + s * S;
    const [limit] = limits(scene.given(building(300, at)).decideAt(at), 24);
    seen.push(limit ?? -1);
  }
  expect(seen[0]).toBe(70);
  // 10 s on, a third of the 28.8 A per phase that the building fell is back.
  expect(seen[10]).toBeLessThanOrEqual(84);
  expect(seen[45]).toBe(106);
  expect(Math.max(...seen)).toBe(seen.at(-1));
  expect(seen.at(-1)).toBe(106);
});

test('given an operator limit, the grid connection is held at it until the instant of its end', () => {
  const limitOverride = { powerLimitW: 120_000, validUntilMs: T0 + 45 * 60 * S, setBy: 'ann', reason: 'works' };
  const scene = new Scene(siteOf({ ...DEPOT, limitOverride })).given(all(1, 24, ready), all(1, 12, car), building(0));
  const decision = scene.decideAt(T0);
  // 120 kW: 5217 - 3 x 32 (the reserve of 3.2 A) - 12 x 3 x 60 = 2961, over 36 phases: 82.2.
  expect(limits(decision, 1, 12)).toEqual([83, 82]);
  expect(reasonOf(decision, 12)).toMatchObject({ code: 'MANUAL_LIMIT', circuitId: 'grid', row: 'power' });
  expect(reasonOf(decision, 12).sentence).toBe(
    '5.7 kW. Grid connection is full (120 of 120 kW), its limit set by an operator until 08:45 UTC, shared equally with 11 cars.',
  );
  const ended = scene.given(building(0, T0 + 45 * 60 * S)).decideAt(T0 + 45 * 60 * S);
  expect(limits(ended, 1, 12)).toEqual([134, 133]);
});

test('given a limit below the fallbacks, cars are paused from the last one on, and nobody rises above its fallback', () => {
  // 20 kW is 86.9 A over the phases; 24 fallbacks are 432 A. 86.9 - 9.6 (reserve) = 77.3: four cars of 18 A.
  const limitOverride = { powerLimitW: 20_000, validUntilMs: T0 + 1, setBy: 'ann', reason: 'works' };
  const scene = new Scene(siteOf({ ...DEPOT, limitOverride })).given(all(1, 24, ready), all(1, 6, car), building(0));
  const decision = scene.decideAt(T0);
  expect(limits(decision, 1, 2, 3, 4, 5, 6)).toEqual([60, 60, 60, 60, 0, 0]);
  expect(reasonOf(decision, 5).code).toBe('BELOW_MINIMUM_PAUSED');
  expect(reasonOf(decision, 5).sentence).toBe(
    'Paused. Grid connection is over its limit (102 of 20 kW), its limit set by an operator until 08:00 UTC; 6 A more do not fit.',
  );
});

test('a first decision after a restart goes on from what the stations were told, not from nothing', () => {
  const scene = new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
  scene.given(all(1, 3, (n) => [committed(n, 209, { member: 'acknowledged', commanded: 209, atMs: T0 + 1 })]));
  // 21.3 A would be 0.4 A more each: not worth a message.
  expect(limits(scene.decideAt(T0 + S), 1, 2, 3)).toEqual([209, 209, 209]);
});

test('the use of each circuit stands in the decision, with the source of its tightest limit', () => {
  const decision = new Scene(siteOf(DEPOT)).given(all(1, 24, ready), all(1, 24, car), building(300)).decideAt(T0);
  expect(
    decision.circuits.map(({ circuitId, limitSource, powerLimitW }) => [circuitId, limitSource, powerLimitW]),
  ).toEqual([
    ['grid', 'contract', watts(200_000)],
    ['panel-a', 'rating', undefined],
    ['panel-b', 'rating', undefined],
  ]);
  expect(decision.circuits[0]).toMatchObject({
    limit: perPhase(() => 3_200),
    otherLoad: perPhase(() => 352),
    committed: perPhase(() => 24 * 60),
  });
});

test('nothing is given to an EVSE that the site does not have', () => {
  const decision = new Scene(siteOf(panelOf(1))).given(ready(1), ready(9), car(9)).decideAt(epochMs(T0));
  expect([...decision.allocations.keys()]).toEqual([idOf(1)]);
});
