import { expect, test } from '@jest/globals';
import { perPhase } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import { all, car, committed, limits, panelOf, ready, reasonOf, Scene, siteOf, T0 } from './given.fixture.ts';

const shared = (input: SiteModelInput, cars: number): readonly number[] =>
  limits(new Scene(siteOf(input)).given(all(1, cars, ready), all(1, cars, car)).decideAt(T0), ...ids(cars));
const ids = (cars: number): readonly number[] => Array.from({ length: cars }, (_, i) => i + 1);

test('LC1 cars share 0.8 of a panel that bears no more for hours, to the last deci-amp', () => {
  const input = panelOf(5);
  const circuits = input.circuits.map((circuit) =>
    circuit.circuitId === 'panel-a' ? { ...circuit, continuousPercent: 80 } : circuit,
  );
  expect(shared(input, 5)).toEqual([128, 128, 128, 128, 128]);
  // 640 / 1.25 = 512: 5 x 102.4. What each counts with is rounded up: 5 x 128 = 640.
  expect(shared({ ...input, circuits }, 5)).toEqual([102, 102, 102, 102, 102]);
});

test('PH9 cars between three pairs of conductors share what a conductor bears of two of them', () => {
  const pairs = [
    ['l1', 'l2'],
    ['l2', 'l3'],
    ['l3', 'l1'],
  ] as const;
  const input = panelOf(3, { fallback: 0 }, 300);
  const evses = input.evses.map((evse, i) => ({
    ...evse,
    phases: pairs[i] ?? pairs[0],
    wiring: 'line-to-line' as const,
  }));
  // 16 A and 7/8 of 16 A are 30 A on every conductor.
  expect(shared({ ...input, evses }, 3)).toEqual([160, 160, 160]);
});

test('MD14 a car has what a cabinet leaves, not what its two stations could take without it', () => {
  const dc = { outputMaxW: 60_000, efficiencyPercent: 94, powerFactorPercent: 98 };
  const input = panelOf(3, {}, 1_200);
  const evses = input.evses.map((evse, i) => {
    if (i === 0) return evse;
    return { ...evse, circuitId: 'cabinet', maxCurrent: 900, fallback: 0, dc: { ...dc, outputMaxW: 50_000 } };
  });
  const cabinet = { ...input.circuits[1], circuitId: 'cabinet', parentCircuitId: 'panel-a', name: 'Cabinet' };
  const circuits = [...input.circuits, { ...cabinet, rating: perPhase(() => 1_000), cabinet: dc }];
  const scene = new Scene(siteOf({ ...input, circuits, evses }));
  const unsteered = [2, 3].map((n) => committed(n, 900, { member: 'hardware-maximum' }));
  const decision = scene.given(all(1, 3, ready), [car(1)].flat(), unsteered).decideAt(T0);
  // 104.9 A of 120 A.
  expect(limits(decision, 1)).toEqual([151]);
});

test('PH4, MD12 the power of a sentence is what comes to the car: between two conductors, of two legs, and of a rectifier', () => {
  const said = (change: Parameters<typeof panelOf>[1], nominalVoltageV: number) => {
    const site = siteOf({ ...panelOf(1, { fallback: 0, ...change }, 1_000), nominalVoltageV });
    return reasonOf(new Scene(site).given(ready(1), car(1)).decideAt(T0), 1).sentence;
  };
  const phases = ['l1', 'l2'] as const;
  // 208 V x 32 A; 240 V x 32 A.
  expect(said({ phases, wiring: 'line-to-line' }, 120)).toBe('6.7 kW. The most this station can give (32 A).');
  expect(said({ phases, wiring: 'split-phase' }, 120)).toBe('7.7 kW. The most this station can give (32 A).');
  const dc = { outputMaxW: 50_000, efficiencyPercent: 94, powerFactorPercent: 98 };
  expect(said({ dc, maxCurrent: 875 }, 230)).toBe('50.1 kW. The most this station can give (87.5 A).');
  expect(said({ dc, maxCurrent: 875, rules: { maximumW: 20_000 } }, 230)).toBe(
    '20.0 kW. The rules of its bay allow it no more than 34.9 A.',
  );
});
