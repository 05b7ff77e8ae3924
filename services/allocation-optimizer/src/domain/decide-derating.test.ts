import { expect, test } from '@jest/globals';
import { perPhase, ZERO_PHASES } from '@headroom/kernel';
import type { DeratingInput, OtherLoadInput } from '@headroom/site-model';
import { after, all, building, car, DEPOT, limits, ready, reasonOf, Scene, siteOf, T0 } from './given.fixture.ts';
import { temperature } from './temperature.fixture.ts';
import type { Fact } from './facts.ts';
import { bearsOnDecision } from './quiet.ts';
import { areSensorsFresh } from './quiet-sensors.ts';

const S = 1_000;
const DERATING: DeratingInput = {
  ...{ sensorId: 'duct', staleAfterMs: 60 * S, risesAtMostDeciC: 10 },
  steps: [
    { aboveDeciC: 300, percent: 90 },
    { aboveDeciC: 400, percent: 75 },
  ],
};
const [grid, panelA, ...others] = DEPOT.circuits;
/** The depot with panel A (160 A, 12 EVSEs) in a duct that gets warm. */
const site = siteOf({
  ...DEPOT,
  circuits: grid && panelA ? [grid, { ...panelA, derating: DERATING }, ...others] : [],
});
const busy = (...readings: readonly ReturnType<typeof temperature>[]): Scene =>
  new Scene(site).given(all(1, 24, ready), all(1, 12, car), building(0), ...readings);
const circuitOf = (decision: ReturnType<Scene['decideAt']>) =>
  decision.circuits.find(({ circuitId }) => circuitId === 'panel-a');

test('LC2: what cars may draw follows the temperature of their circuit, and the reason names it', () => {
  const cold = busy(temperature(20)).decideAt(T0);
  expect(limits(cold, 1, 12)).toEqual([134, 133]);
  expect(circuitOf(cold)).toMatchObject({ limit: perPhase(() => 1_600), limitSource: 'rating' });
  const hot = busy(temperature(41)).decideAt(T0);
  // 75 % of 160 A.
  expect(limits(hot, 1, 12)).toEqual([100, 100]);
  expect(circuitOf(hot)).toMatchObject({ limit: perPhase(() => 1_200), limitSource: 'derating' });
  expect(reasonOf(hot, 12)).toMatchObject({ code: 'TEMP_DERATE', circuitId: 'panel-a' });
  expect(reasonOf(hot, 12).sentence).toContain(
    'Panel A is full (120 of 120 A on L1), derated to 75 % at 41 C, shared equally with 11 cars.',
  );
});

test('LC2: without a fresh temperature the last step counts, and the reason says so', () => {
  const silent = busy();
  expect(limits(silent.decideAt(T0), 12)).toEqual([100]);
  expect(reasonOf(silent.decideAt(T0), 12).sentence).toContain('derated to 75 %, for no fresh temperature is known');
  const stale = busy(temperature(20));
  expect(limits(stale.decideAt(T0), 12)).toEqual([133]);
  expect(limits(stale.given(building(0, T0 + 61 * S)).decideAt(T0 + 61 * S), 12)).toEqual([100]);
});

test('LC2, dead row: what the circuit may lose within a lease is kept free, and the reason says for what', () => {
  const near = busy(temperature(29.5)).decideAt(T0);
  // 29.5 + 1 C lies above 30 C: 90 % of 160 A.
  expect(limits(near, 12)).toEqual([120]);
  expect(circuitOf(near)).toMatchObject({ limit: perPhase(() => 1_600), rise: perPhase(() => 160) });
  expect(reasonOf(near, 12)).toMatchObject({ code: 'RESERVE_FOR_OFFLINE' });
  expect(reasonOf(near, 12).sentence).toContain(
    'Held back: if contact is lost, Panel A may get hotter within the lease, and it keeps 16 A on L1 for that (144 of 160 A on L1 in use, at 30 C)',
  );
});

test('LC2: beside a load that may rise as well the reason names both', () => {
  const load: OtherLoadInput = {
    ...{ circuitId: 'panel-a', name: 'Lights', meterId: 'lights', staleAfterMs: 60 * S },
    ...{ worstCase: perPhase(() => 50), risesAtMost: perPhase(() => 50) },
  };
  const both = siteOf({
    ...DEPOT,
    circuits: grid && panelA ? [grid, { ...panelA, derating: DERATING }, ...others] : [],
    otherLoads: [...DEPOT.otherLoads, load],
  });
  const dark: Fact = {
    kind: 'site-meter-read',
    reading: { meterId: 'lights', current: ZERO_PHASES, sampledAtMs: T0, receivedAtMs: T0 },
  };
  const scene = new Scene(both).given(all(1, 24, ready), all(1, 12, car), building(0), dark, temperature(29.5));
  expect(reasonOf(scene.decideAt(T0), 12).sentence).toContain(
    'Lights may rise to 5 A on L1 within the lease. Panel A keeps 19 A on L1 for that and for getting hotter',
  );
});

test('LC2: a circuit that crosses a step takes from all of its cars at once, and gives back only once it is 2 C colder', () => {
  const scene = busy(temperature(20));
  expect(limits(scene.decideAt(T0), 1, 12)).toEqual([134, 133]);
  const at = (seconds: number, celsius: number): readonly number[] => {
    scene.given(building(0, T0 + seconds * S), temperature(celsius, T0 + seconds * S));
    return [...limits(scene.decideAt(T0 + seconds * S), 1, 12)];
  };
  expect(at(1, 40.1)).toEqual([100, 100]);
  // It wavers: nothing comes back for half an hour.
  for (let second = 2; second < 1_800; second += 60) {
    expect(at(second, second % 120 < 60 ? 38.2 : 40)).toEqual([100, 100]);
  }
  at(1_801, 35);
  // 35 + 2 + 1 C: the next step lies out of reach, and what is given back comes as any rise does.
  expect(at(1_900, 35)).toEqual([120, 120]);
});

test('LC2: a temperature that leads to the same steps leads to the same decision; another step, and one of later, bear on it', () => {
  const state = after([building(0), temperature(20)]);
  const bears = (celsius: number): boolean =>
    bearsOnDecision({ model: site, state, decidedAtMs: T0 }, after([temperature(celsius, T0 + S)], state), undefined);
  expect([bears(19.1), bears(29), bears(31)]).toEqual([false, true, true]);
  // 28.5 + 1.5 C lies on the step, 28.6 + 1.5 C above it, and neither is told otherwise than 28.1 C.
  const model = siteOf({
    ...DEPOT,
    circuits: grid && panelA ? [grid, { ...panelA, derating: { ...DERATING, risesAtMostDeciC: 15 } }, ...others] : [],
  });
  const near = after([building(0), temperature(28.1)]);
  const nearBears = (celsius: number): boolean =>
    bearsOnDecision({ model, state: near, decidedAtMs: T0 }, after([temperature(celsius, T0 + S)], near), undefined);
  expect([nearBears(28.5), nearBears(28.6)]).toEqual([false, true]);
  expect(bearsOnDecision({ model: site, state: after([]), decidedAtMs: T0 }, after([temperature(20)]), undefined)).toBe(
    true,
  );
  expect([areSensorsFresh(site, state, T0 + 60 * S), areSensorsFresh(site, state, T0 + 60 * S + 1)]).toEqual([
    true,
    false,
  ]);
});
