import { expect, test } from '@jest/globals';
import type { SiteModelInput } from '@headroom/site-model';
import { all, car, limits, panelOf, ready, Scene, siteOf, T0 } from './given.fixture.ts';

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
