import { expect, test } from '@jest/globals';
import { epochMs, wattHours } from '@headroom/kernel';
import { EMPTY_MEMORY } from '../control-memory.ts';
import type { Fact } from '../facts.ts';
import {
  after,
  asking,
  car,
  chargingState,
  committed,
  connected,
  DEPOT,
  evseInput,
  gone,
  measured,
  siteOf,
  stationName,
  T0,
} from '../given.fixture.ts';
import { keptOf } from './kept-plan.ts';
import { questionNow } from './question-now.ts';
import { planned } from './test-support/questions.ts';

const HOUR_MS = 3_600_000;
const LEAVES_MS = T0 + 10 * HOUR_MS;
const SITE = siteOf({
  ...DEPOT,
  exportLimitW: 7_000,
  evses: [1, 2].map((n) => evseInput(stationName(n), 'panel-a', n === 1 ? { maxDischarge: 160 } : {})),
});

const metered = (n: number, energyWh: number, exportedWh: number | undefined, atMs = T0): Fact => {
  const fact = measured(n, 0, atMs);
  if (fact.kind !== 'evse-measured') throw new Error('it is a sample');
  const exported = exportedWh === undefined ? {} : { exported: wattHours(exportedWh) };
  return { ...fact, sample: { ...fact.sample, register: wattHours(energyWh), ...exported } };
};
const offering = (n: number, departureAtMs: number | undefined = LEAVES_MS): Fact => {
  const fact = asking(n, 12_000, departureAtMs);
  if (fact.kind !== 'charging-requested') throw new Error('it asks');
  const discharge = {
    atPlugIn: wattHours(30_000),
    keep: wattHours(8_000),
    efficiencyPercent: 80,
    wearMicroPerKwh: 25_000,
  };
  return { ...fact, discharge };
};
const there = (n: number, sinceMs = T0 - 2_000): readonly Fact[] => [
  connected(n),
  committed(n, 60, { commanded: 60 }),
  ...car(n, sinceMs),
  offering(n),
];
const asked = (...facts: readonly Fact[]) =>
  questionNow({ site: SITE, state: after(facts), memory: EMPTY_MEMORY, nowMs: epochMs(T0 + 1_000) });

test('PV2: what a car offers is asked of a plan, with what its meters say is in it', () => {
  // It took 5 kWh and gave 2 back, which took 2.5 out of it.
  const question = asked(...there(1), metered(1, 0, 0, T0 - 1_000), metered(1, 5_000, 2_000));
  const [session] = question.sessions;
  expect(session?.discharge).toEqual({
    ...{ efficiency: 0.8, wearPerKwh: 0.025, heldKwh: 32.5, keepKwh: 8 },
    maxKw: expect.closeTo(11.04, 6),
  });
  expect(session?.needKwh).toBeCloseTo(12 - 5 + 2.5, 6);
  expect(question.exportLimitKw).toBe(7);
  expect(question.rows.filter(({ kind }) => kind === 'l1').map(({ circuitId, backA }) => [circuitId, backA])).toEqual([
    ['grid', 320],
    ['panel-a', 160],
  ]);
  expect(question.rows.filter(({ kind }) => kind === 'power').every(({ backA }) => backA === undefined)).toBe(true);
});

test('a sample without the register of what flows back takes nothing back: the battery lost it all the same, and what is left nobody knows', () => {
  const told = [metered(1, 0, 0, T0 - 2_000), metered(1, 5_000, 2_000, T0 - 1_000)];
  const [silent] = asked(...there(1), ...told, metered(1, 5_000, undefined)).sessions;
  expect(silent?.needKwh).toBeCloseTo(12 - 5 + 2.5, 6);
  expect(silent?.discharge).toBeUndefined();
  // Nor does a register that fell.
  const [fallen] = asked(...there(1), ...told, metered(1, 5_000, 100)).sessions;
  expect(fallen?.needKwh).toBeCloseTo(12 - 5 + 2.5, 6);
  expect(fallen?.discharge).toBeUndefined();
  const [again] = asked(
    ...there(1),
    ...told,
    metered(1, 5_000, undefined),
    metered(1, 5_000, 2_400, T0 + 500),
  ).sessions;
  expect(again?.discharge?.heldKwh).toBeCloseTo(32, 6);
  // And what it gave in a transaction whose last sample does not tell it counts in the next one.
  const next: readonly Fact[] = [...told, metered(1, 5_000, undefined), ...gone(1, T0).slice(0, 1)];
  const [session] = after([...there(1), ...next]).evses.values();
  expect(session?.session?.exportedBefore).toBe(2_000);
});

test('who was to leave already offers nothing: no plan counts on what the fast loop would never let go', () => {
  const past = [connected(1), committed(1, 60, { commanded: 60 }), ...car(1, T0 - 2_000), offering(1, T0 - 60_000)];
  const [session] = asked(...past, metered(1, 0, 0, T0 - 1_000), metered(1, 5_000, 2_000)).sessions;
  expect(session?.needKwh).toBeCloseTo(12 - 5 + 2.5, 6);
  expect(session?.discharge).toBeUndefined();
});

test('a car that is full may still give, and then wants it again', () => {
  const full = [metered(1, 0, 0, T0 - 300_000), metered(1, 12_000, 0, T0 - 200_000)];
  const [session] = asked(...there(1, T0 - 300_000), ...full, chargingState(1, 'suspended-ev', T0 - 200_000)).sessions;
  expect([session?.needKwh, session?.discharge?.heldKwh]).toEqual([0, 42]);
  const without = [...there(1, T0 - 300_000).slice(0, -1), asking(1, 12_000, LEAVES_MS)];
  expect(asked(...without, ...full, chargingState(1, 'suspended-ev', T0 - 200_000)).sessions).toEqual([]);
});

test.each([
  ['an EVSE that only takes', [...there(2), metered(2, 0, 0)]],
  ['a driver who allows nothing', [...there(1), asking(1, 12_000, LEAVES_MS), metered(1, 0, 0)]],
  [
    'nobody who says when it leaves',
    [...there(1).slice(0, -1), { ...offering(1), departureAtMs: undefined } as unknown as Fact, metered(1, 0, 0)],
  ],
  ['a meter that does not tell what flows back', [...there(1), metered(1, 0, undefined)]],
  ['no meter', there(1)],
] as const)('with %s a car offers nothing, and no row knows of it', (_, facts) => {
  const { sessions, rows } = asked(...facts);
  expect(sessions.map(({ discharge }) => discharge)).toEqual([undefined]);
  expect(rows.every(({ backA }) => backA === undefined)).toBe(true);
});

test('what is kept of a plan has the budgets of what cars give, and none where nobody does', () => {
  const giving = asked(...there(1), metered(1, 0, 0, T0 - 1_000), metered(1, 0, 0));
  const dear = {
    ...giving,
    ...{ objective: 'cost' as const, isPriced: true, buildingKw: giving.intervals.map(() => 9) },
    importPerKwh: giving.intervals.map(({ fromMs }) => (fromMs < T0 + HOUR_MS ? 0.5 : 0.1)),
  };
  const kept = (question: typeof giving) => keptOf({ ...planned(question).plan, epoch: 1n, seq: 1n });
  const { discharge } = kept(dear);
  expect([...(discharge?.values() ?? [])].flat().length).toBeGreaterThan(5);
  expect('discharge' in kept(giving)).toBe(false);
});
