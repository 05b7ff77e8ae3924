import { expect, test } from '@jest/globals';
import { perPhase } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import { boosted } from '../boosted.fixture.ts';
import {
  asked,
  asking,
  building,
  car,
  committed,
  connected,
  gone,
  measured,
  panelOf,
  siteOf,
  T0,
} from '../given.fixture.ts';
import { asksForPlan, limitsOtherwise } from './when-to-plan.ts';

test('section 5: arrivals, departures, needs, boosts and the grid ask for a plan; samples and commands do not', () => {
  const yes = [...car(1), ...gone(1), asking(1, 9_000), asked([[40_000, T0]]), boosted(1, T0 + 1)];
  const no = [connected(1), measured(1, 60, T0), building(100), committed(1, 60)];
  expect(yes.map(asksForPlan)).toEqual(yes.map(() => true));
  expect(no.map(asksForPlan)).toEqual(no.map(() => false));
});

const panel = panelOf(2);
const changed = (change: Partial<SiteModelInput>) => limitsOtherwise(siteOf(panel), siteOf({ ...panel, ...change }));
const rated = (deciA: number) =>
  panel.circuits.map((circuit) =>
    circuit.circuitId === 'panel-a' ? { ...circuit, rating: perPhase(() => deciA) } : circuit,
  );
const overridden = (powerLimitW: number) => ({
  limitOverride: { powerLimitW, validUntilMs: T0 + 60_000, setBy: 'a test', reason: 'a test' },
});

test('a limit that moves by more than a tenth asks for a plan, and so does another document', () => {
  expect(limitsOtherwise(undefined, siteOf(panel))).toBe(true);
  expect(changed({})).toBe(false);
  expect([580, 576, 575, 704, 705].map((deciA) => changed({ circuits: rated(deciA) }))).toEqual([
    false,
    false,
    true,
    false,
    true,
  ]);
  expect(changed(overridden(50_000))).toBe(true);
  const from = siteOf({ ...panel, ...overridden(50_000) });
  expect(limitsOtherwise(from, siteOf({ ...panel, ...overridden(54_000) }))).toBe(false);
  expect(limitsOtherwise(from, siteOf({ ...panel, ...overridden(40_000) }))).toBe(true);
  expect(changed({ version: 2 })).toBe(true);
});
