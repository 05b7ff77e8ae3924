import { expect, test } from '@jest/globals';
import { perPhase } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import { all, building, car, DEPOT, limits, ready, reasonOf, Scene, siteOf, T0 } from './given.fixture.ts';

const S = 1_000;

/** The depot with a building that may rise by so much within a lease; undefined: its operator says nothing. */
const depot = (riseDeciA: number | undefined, change: Partial<SiteModelInput> = {}) => {
  const otherLoads = DEPOT.otherLoads.map(({ risesAtMost: _, ...load }) =>
    riseDeciA === undefined ? load : { ...load, risesAtMost: perPhase(() => riseDeciA) },
  );
  return siteOf({ ...DEPOT, otherLoads, ...change });
};
const full = (site = depot(100), load = 300): Scene =>
  new Scene(site).given(all(1, 24, ready), all(1, 24, car), building(load));

test('SI26, dead row: what the building may rise to within a lease is kept free of cars', () => {
  // Counted: 30 A + 3.2 A in steps of 3.2 A: 35.2 A. Kept: 10 A more. (8695 - 3*452) / 72 = 101.
  expect(limits(full().decideAt(T0), 1, 24)).toEqual([102, 101]);
  // Nothing stated: the worst case of 140 A. (8695 - 4200) / 72 = 62: too little above the fallback to be worth a message.
  expect(limits(full(depot(undefined)).decideAt(T0), 1, 24)).toEqual([60, 60]);
  // Never beyond the worst case, however much is stated.
  expect(limits(full(depot(1_400)).decideAt(T0), 1, 24)).toEqual([60, 60]);
});

test('SI26, dead row: beside a stated rise, cars go up and down with the building; beside none, it moves nothing', () => {
  const stated = full();
  const calm = limits(stated.decideAt(T0), 24)[0] ?? 0;
  const after = limits(stated.given(building(600, T0 + S)).decideAt(T0 + S), 24)[0] ?? 0;
  // 60 A + 3.2 A in steps: 64 A, and 10 A kept. (8695 - 3*740) / 72 = 89.
  expect([calm, after]).toEqual([101, 89]);
  const silent = full(depot(undefined));
  const before = limits(silent.decideAt(T0), 1, 24);
  expect(limits(silent.given(building(600, T0 + S)).decideAt(T0 + S), 1, 24)).toEqual(before);
});

test('dead row: the reason says what is kept, for what, and in which unit', () => {
  const { code, sentence } = reasonOf(full(depot(undefined)).decideAt(T0), 24);
  expect(code).toBe('RESERVE_FOR_OFFLINE');
  expect(sentence).toBe(
    '4.1 kW. Held back: if contact is lost, Building may rise to 97 kW within the lease. Grid connection keeps 72 kW for that (124 of 200 kW in use), shared equally with 23 cars.',
  );
  // A row that is full anyway is said to be full.
  expect(reasonOf(full(depot(10)).decideAt(T0), 24)).toMatchObject({
    code: 'SITE_LIMIT',
    sentence: expect.stringContaining('Grid connection is full (199 of 200 kW)'),
  });
});

test('SI29, dead row: an allowance of the document frees what is kept for a rise, and the reason names it', () => {
  const [grid, ...panels] = DEPOT.circuits;
  if (grid === undefined) throw new Error('the depot changed');
  const withRating = (overload?: { readonly percent: number; readonly seconds: number }) => {
    const root = { ...grid, rating: perPhase(() => 3_000), powerLimitW: undefined, overload };
    return full(depot(undefined, { circuits: [root, ...panels] })).decideAt(T0);
  };
  // (3000 - 1400) / 24 = 66, too little above the fallback to be worth a message; with 10 % = 30 A of the rise let go: (3000 - 1100) / 24 = 79.
  expect(limits(withRating(), 24)).toEqual([60]);
  expect(limits(withRating({ percent: 10, seconds: 130 }), 24)).toEqual([79]);
  expect(reasonOf(withRating({ percent: 10, seconds: 130 }), 24).sentence).toContain(
    'Building may rise to 140 A on L1 within the lease. Grid connection keeps 77 A on L1 for that and may exceed its rating by 30 A on L1, as its document allows',
  );
});

test('dead row: a conductor says amperes and its phase', () => {
  const [grid, ...panels] = DEPOT.circuits;
  const circuits =
    grid === undefined ? [] : [{ ...grid, rating: perPhase(() => 3_000), powerLimitW: undefined }, ...panels];
  const scene = full(depot(undefined, { circuits }));
  // The conductors of the grid: (3000 - 1400) / 24 = 66.
  expect(reasonOf(scene.decideAt(T0), 24).sentence).toContain(
    'Building may rise to 140 A on L1 within the lease. Grid connection keeps 107 A on L1 for that',
  );
});

test('dead row: where only the rise breaks a row nobody has more than the fallback, and nobody is sent below it', () => {
  // 130 kW: 5652 dA. Now 3*352 + 72*60 = 5376 fit; with the 140 A of the worst case they do not.
  const limitOverride = { powerLimitW: 130_000, validUntilMs: T0 + 3_600_000, setBy: 'ann', reason: 'works' };
  const scene = full(depot(undefined, { limitOverride }));
  expect(new Set(limits(scene.decideAt(T0), ...Array.from({ length: 24 }, (_, i) => i + 1)))).toEqual(new Set([60]));
});

test('dead row: a decision tells how much each circuit keeps, per phase', () => {
  const { circuits } = full().decideAt(T0);
  const of = (id: string) => circuits.find(({ circuitId }) => circuitId === id)?.rise;
  expect([of('grid'), of('panel-a')]).toEqual([perPhase(() => 100), perPhase(() => 0)]);
});
