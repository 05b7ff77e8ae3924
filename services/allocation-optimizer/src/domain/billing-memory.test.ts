import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, perPhase } from '@headroom/kernel';
import { billingMemoryOf, billingMemoryToWire } from '../adapters/log/billing-memory.ts';
import {
  type BillingMemory,
  drawnUntil,
  GAP_MS,
  LOOK_EVERY_MS,
  openWindowKwh,
  peakOf,
  WINDOW_MS,
} from './billing-memory.ts';
import { evolve } from './evolve.ts';
import type { Fact } from './facts.ts';
import { car, gone, measured, panelOf, siteOf, T0 } from './given.fixture.ts';
import { tariffOf } from './planning/plan-money.ts';
import { EVENING } from './planning/test-support/tariffs.ts';
import { EMPTY_SITE_STATE, type SiteState } from './site-state.ts';

const meter = {
  ...{ circuitId: 'grid', name: 'Building', meterId: 'building', staleAfterMs: 60_000 },
  worstCase: perPhase(() => 2_000),
};
const site = siteOf({
  ...panelOf(1),
  tariff: EVENING,
  otherLoads: [{ ...meter, circuitId: panelOf(1).circuits?.[0]?.circuitId ?? 'grid' }],
});
const tariff = tariffOf(site);
const WATTS_PER_DECI_A = (3 * site.nominalVoltageV) / 10;

/** A site whose building draws so many deci-amps on each conductor, told every 10 s. */
class Drawing {
  #state: SiteState = EMPTY_SITE_STATE;
  billing: BillingMemory | undefined;

  tell(atMs: number, deciA: number): void {
    const current = perPhase(() => deciAmps(deciA));
    const reading = { meterId: 'building', sampledAtMs: epochMs(atMs), receivedAtMs: epochMs(atMs), current };
    this.#state = evolve(this.#state, { kind: 'site-meter-read', reading });
    if (tariff === undefined) throw new Error('the site has a tariff');
    this.billing = drawnUntil(this.billing, { site, tariff, state: this.#state, atMs: epochMs(atMs) });
  }

  during(fromMs: number, untilMs: number, deciA: (atMs: number) => number): void {
    for (let atMs = fromMs; atMs < untilMs; atMs += LOOK_EVERY_MS) this.tell(atMs, deciA(atMs));
  }
}

const at = (day: number, hour: number): number => Date.UTC(2026, 2, day, hour);
const MONTH_MS = epochMs(Date.UTC(2026, 2, 1));
const peaks = ({ billing }: Drawing): readonly number[] =>
  ['any time', 'in the evening'].map((charge) => peakOf(billing, charge, MONTH_MS).peakW / WATTS_PER_DECI_A);

test('PT22, MD21: a peak is the highest mean of a quarter on the clock, not of a moment; each charge has its hours', () => {
  const drawing = new Drawing();
  // 300 for five minutes of a quarter, and 60 else: its mean is 140.
  drawing.during(at(10, 15), at(10, 18), (atMs) => {
    if (atMs >= at(10, 15) && atMs < at(10, 15) + 300_000) return 300;
    return atMs >= at(10, 17) && atMs < at(10, 17) + 300_000 ? 210 : 60;
  });
  expect(peaks(drawing)).toEqual([140, 110]);
});

test('a window that has not ended is no peak yet', () => {
  const drawing = new Drawing();
  drawing.during(at(10, 12), at(10, 12) + WINDOW_MS - LOOK_EVERY_MS, () => 100);
  expect(peaks(drawing)).toEqual([0, 0]);
  drawing.tell(at(10, 12) + WINDOW_MS, 0);
  expect(peaks(drawing)).toEqual([100, 0]);
});

test('what nobody saw counts for no peak', () => {
  const drawing = new Drawing();
  drawing.tell(at(10, 12), 4_000);
  drawing.tell(at(10, 12) + GAP_MS + 1, 0);
  drawing.during(at(10, 12) + GAP_MS + 10_000, at(10, 13), () => 0);
  expect(peaks(drawing)).toEqual([0, 0]);
});

test('PT23: a new month begins with nothing, and knows the one before; a month that was skipped is not known', () => {
  const drawing = new Drawing();
  drawing.during(at(31, 17), at(31, 18), () => 100);
  drawing.during(at(31, 24), at(31, 24) + 20_000, () => 0);
  const april = epochMs(Date.UTC(2026, 3, 1));
  expect(peakOf(drawing.billing, 'any time', april)).toEqual({ peakW: 0, beforeW: 100 * WATTS_PER_DECI_A });
  drawing.during(Date.UTC(2026, 5, 10), Date.UTC(2026, 5, 10) + 20_000, () => 0);
  const june = epochMs(Date.UTC(2026, 5, 1));
  expect(peakOf(drawing.billing, 'any time', june)).toEqual({ peakW: 0, beforeW: undefined });
});

test('PT23: a month that tells nothing of the one before: nothing was seen of it, or one lies between, or it is still to come', () => {
  const april = epochMs(Date.UTC(2026, 3, 1));
  const nothing = new Drawing();
  nothing.during(at(31, 23), at(31, 24) + 20_000, () => 0);
  expect(peakOf(nothing.billing, 'any time', april)).toEqual({ peakW: 0, beforeW: undefined });
  const skipped = new Drawing();
  skipped.during(at(31, 17), at(31, 18), () => 100);
  skipped.tell(Date.UTC(2026, 4, 10), 0);
  expect(peakOf(skipped.billing, 'any time', epochMs(Date.UTC(2026, 4, 1)))).toEqual({ peakW: 0, beforeW: undefined });
  const past = new Drawing();
  past.during(at(10, 17), at(10, 18), () => 100);
  expect(peakOf(past.billing, 'any time', epochMs(Date.UTC(2026, 1, 1)))).toEqual({ peakW: 0, beforeW: undefined });
});

test('of the window that is open so much is drawn as was seen; after a gap, or in another one, nobody knows', () => {
  const drawing = new Drawing();
  drawing.during(at(10, 12), at(10, 12) + 300_000, () => 100);
  const kwhAfter = (ms: number): number => openWindowKwh(drawing.billing, epochMs(at(10, 12) + ms));
  expect(kwhAfter(300_000)).toBeCloseTo((100 * WATTS_PER_DECI_A) / 12_000, 6);
  expect(kwhAfter(290_000 + GAP_MS + 1)).toBe(0);
  expect(kwhAfter(WINDOW_MS)).toBe(0);
});

test('meters are looked at every ten seconds at most', () => {
  const drawing = new Drawing();
  drawing.tell(at(10, 12), 100);
  const { billing } = drawing;
  drawing.tell(at(10, 12) + LOOK_EVERY_MS - 1, 200);
  expect(drawing.billing).toBe(billing);
});

test('PC9: what counts is the building, a load without a meter at its worst, cars by what they showed lately, less what sources supply; never below nothing', () => {
  const of = (change: Parameters<typeof siteOf>[0], facts: readonly Fact[]): number => {
    if (tariff === undefined) throw new Error('the site has a tariff');
    const state = facts.reduce(evolve, EMPTY_SITE_STATE);
    const drawn = drawnUntil(undefined, { site: siteOf(change), tariff, state, atMs: T0 });
    return drawn.powerW / WATTS_PER_DECI_A;
  };
  const panel = panelOf(2);
  const root = panel.circuits?.[0]?.circuitId ?? 'grid';
  const load = { ...meter, circuitId: root };
  const battery = {
    circuitId: root,
    name: 'Battery',
    meterId: 'building',
    staleAfterMs: 60_000,
    atMost: perPhase(() => 1_000),
  };
  const read = (meterId: string, deciA: number): Fact => ({
    kind: 'site-meter-read',
    reading: { meterId, sampledAtMs: T0, receivedAtMs: T0, current: perPhase(() => deciAmps(deciA)) },
  });
  expect(of({ ...panel, otherLoads: [{ ...load, meterId: undefined }] }, [])).toBe(2_000);
  expect(of({ ...panel, otherLoads: [load] }, [read('building', 300)])).toBe(300);
  expect(
    of({ ...panel, otherLoads: [load], sources: [{ ...battery, meterId: 'pv' }] }, [
      read('building', 300),
      read('pv', -100),
    ]),
  ).toBe(200);
  expect(
    of({ ...panel, otherLoads: [load], sources: [{ ...battery, meterId: 'pv' }] }, [
      read('building', 300),
      read('pv', -400),
    ]),
  ).toBe(0);
  const cars = [...car(1), ...car(2), measured(1, 160, T0 - 1_000)];
  // A battery behind the meter of a load is in its reading.
  expect(of({ ...panel, otherLoads: [load], sources: [battery] }, [...cars, read('building', -60)])).toBe(100);
  expect(of(panel, cars)).toBe(160);
  expect(of(panel, [...cars, measured(2, 160, T0 - WINDOW_MS - 1)])).toBe(160);
  expect(of(panel, [...cars, ...gone(1)])).toBe(0);
});

test('an heir that takes the memory over from its record has the same to the end as who never stopped', () => {
  const [whole, before] = [new Drawing(), new Drawing()];
  const load = (atMs: number): number => (atMs / 10_000) % 177;
  for (let atMs = at(10, 15); atMs < at(10, 18); atMs += LOOK_EVERY_MS) {
    whole.tell(atMs, load(atMs));
    before.tell(atMs, load(atMs));
    if (before.billing !== undefined && atMs % 70_000 === 0)
      before.billing = billingMemoryOf(billingMemoryToWire(before.billing));
  }
  expect(before.billing).toEqual(whole.billing);
  expect(peaks(whole)[0]).toBeGreaterThan(0);
});
