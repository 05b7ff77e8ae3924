import { expect, test } from '@jest/globals';
import { circuitId, type DeciAmps, deciAmps, epochMs, perPhase, type PerPhaseDeciAmps } from '@headroom/kernel';
import fc from 'fast-check';
import { buildSiteModel } from './build.ts';
import { gate } from './gate.ts';
import type { OverloadInput, SiteModelInput, SourceInput } from './input.ts';
import { loadedRows } from './loaded-rows.ts';
import type { SiteModel } from './model.ts';
import { otherLoadHorizon, otherLoadNow, sourcesNow } from './other-load.ts';
import { rowUses } from './row-use.ts';
import { built, committedOf, idOf, SMALL_SITE } from './site.fixture.ts';
import { situations } from './test-support/random-gates.ts';

const NOW = epochMs(1_000_000);
const of = (value: number): PerPhaseDeciAmps => perPhase(() => deciAmps(value));
const roof: SourceInput = {
  circuitId: 'grid',
  name: 'Roof',
  meterId: 'roof',
  staleAfterMs: 5_000,
  atMost: { l1: 500, l2: 500, l3: 500 },
};
const withSources = (...sources: readonly SourceInput[]): SiteModelInput => ({ ...SMALL_SITE, sources });
const read = (value: number, ageMs = 0, meterId = 'roof') => ({
  meterId,
  current: of(value),
  sampledAtMs: epochMs(NOW - ageMs),
  receivedAtMs: NOW,
});
const proven = (reading?: ReturnType<typeof read>) =>
  sourcesNow(built(withSources(roof)), new Map(reading === undefined ? [] : [['roof', reading]]), NOW).get(
    circuitId('grid'),
  );

test.each([
  ['a fresh reading', read(-120), of(120)],
  ['a reading at the edge of its age', read(-120, 5_000), of(120)],
  ['a stale reading', read(-120, 5_001), undefined],
  ['a reading from the future', read(-120, -5_001), undefined],
  ['a reading beyond what it can supply', read(-900), of(500)],
  ['a battery that charges', read(80), of(0)],
  ['no reading', undefined, undefined],
  ['a reading of no current', { ...read(0), current: perPhase(() => Number.NaN as DeciAmps) }, undefined],
])('MD15 with %s a source is proven for so much', (_title, reading, expected) => {
  expect(proven(reading)).toEqual(expected);
});

test('MD15 what is proven covers other load now, down to nothing, and is kept free for the time when nobody is alive', () => {
  const site = built(withSources(roof));
  const rows = (supplied: number) =>
    loadedRows({
      ...{ site, otherLoad: new Map([[site.rootCircuitId, of(200)]]), nowMs: NOW },
      horizonLoad: new Map([[site.rootCircuitId, of(260)]]),
      supplied: new Map([[site.rootCircuitId, of(supplied)]]),
    }).map(({ otherLoadDeciA, riseDeciA }) => [otherLoadDeciA, riseDeciA]);
  expect(rows(0).slice(0, 4)).toEqual([
    [200, 60],
    [200, 60],
    [200, 60],
    [600, 180],
  ]);
  expect(rows(150).slice(0, 4)).toEqual([
    [50, 210],
    [50, 210],
    [50, 210],
    [150, 630],
  ]);
  // 30 A flow out: they are no room.
  expect(rows(500).slice(0, 4)).toEqual([
    [0, 260],
    [0, 260],
    [0, 260],
    [0, 780],
  ]);
  // Panel A has no source and no load.
  expect(rows(500)[4]).toEqual([0, 0]);
});

test('MD16 no verdict depends on what sources supply now: the row of the dead knows none', () => {
  const most = fc.integer({ min: -10, max: 2_000 }).map((value) => of(value));
  fc.assert(
    fc.property(situations, most, fc.option(fc.integer({ min: 1, max: 13 })), (plain, supplied, percent) => {
      const circuits = new Map(
        [...plain.site.circuits].map(([id, circuit]) => [
          id,
          percent === null ? circuit : { ...circuit, overload: { percent, seconds: 200 } },
        ]),
      );
      const { rows: _, ...input } = { ...plain, site: { ...plain.site, circuits } };
      const withSun = { ...input, supplied: new Map([[input.site.rootCircuitId, supplied]]) };
      const [sunny, dark] = [gate(withSun), gate(input)];
      expect(sunny.kind).toBe(dark.kind);
      if (sunny.kind === 'refuse' && dark.kind === 'refuse') expect(sunny.largest).toBe(dark.largest);
      const uses = rowUses(input);
      for (const [i, row] of rowUses(withSun).entries()) {
        const before = uses[i];
        expect(row.usedDeciA + row.riseDeciA).toBe((before?.usedDeciA ?? 0) + (before?.riseDeciA ?? 0));
        expect(row.usedDeciA).toBeLessThanOrEqual(before?.usedDeciA ?? 0);
        expect(row.otherLoadDeciA).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('MD16, SI29 an overload allowance is for a rise of other load: that the sun may go away gives nobody more of it', () => {
  const allowing = (overload?: OverloadInput): SiteModel =>
    built({
      ...SMALL_SITE,
      circuits: SMALL_SITE.circuits.map((circuit) =>
        circuit.circuitId === 'grid' ? { circuitId: 'grid', name: '', rating: of(600), overload } : circuit,
      ),
      sources: [roof],
    });
  const largest = (supplied: number, horizon: number, overload?: OverloadInput) => {
    const site = allowing(overload);
    const at = (value: number) => new Map([[site.rootCircuitId, of(value)]]);
    const verdict = gate({
      ...{ site, nowMs: NOW, otherLoad: at(300), horizonLoad: at(horizon), supplied: at(supplied) },
      committed: committedOf(site, { 'ST-1': 60, 'ST-2': 60, 'ST-3': 60 }),
      proposal: { evseId: idOf(site, 'ST-1'), limit: deciAmps(320) },
    });
    return verdict.kind === 'refuse' ? verdict.largest : undefined;
  };
  const overload = { percent: 10, seconds: 200 };
  // The load draws 30 A and rises no further: 60 - 30 - 2 x 6 = 18 A, whatever the roof supplies.
  for (const supplied of [0, 50, 300, 500]) {
    expect(largest(supplied, 300)).toBe(180);
    expect(largest(supplied, 300, overload)).toBe(180);
    // Of a rise of 4 A all may exceed the rating, of one of 12 A 6 A may.
    expect(largest(supplied, 340, overload)).toBe(180);
    expect(largest(supplied, 420, overload)).toBe(120);
  }
});

test('MD16, SI29 nor does generation that hides behind a meter: all of it is kept free, whatever a circuit may bear', () => {
  const largest = (stated: { readonly hides?: number; readonly risesAtMost: number }, overload?: OverloadInput) => {
    const { hides, risesAtMost } = stated;
    const more = { risesAtMost: of(risesAtMost), ...(hides === undefined ? {} : { hides: of(hides) }) };
    const site = built({
      ...SMALL_SITE,
      circuits: SMALL_SITE.circuits.map((circuit) =>
        circuit.circuitId === 'grid' ? { circuitId: 'grid', name: '', rating: of(600), overload } : circuit,
      ),
      otherLoads: SMALL_SITE.otherLoads.map((load) => ({ ...load, ...more })),
    });
    // It shows 10 A less what is hidden.
    const readings = new Map([['building', read(100 - (hides ?? 0), 0, 'building')]]);
    const verdict = gate({
      ...{
        site,
        nowMs: NOW,
        otherLoad: otherLoadNow(site, readings, NOW),
        horizonLoad: otherLoadHorizon(site, readings, NOW),
      },
      committed: committedOf(site, { 'ST-1': 60, 'ST-2': 260, 'ST-3': 60 }),
      proposal: { evseId: idOf(site, 'ST-1'), limit: deciAmps(320) },
    });
    return verdict.kind === 'refuse' ? verdict.largest : undefined;
  };
  const overload = { percent: 10, seconds: 200 };
  // 60 - 10 - 26 - 6 = 18 A for the first one, with or without a roof that may go.
  expect([largest({ risesAtMost: 0 }, overload), largest({ hides: 80, risesAtMost: 0 }, overload)]).toEqual([180, 180]);
  expect([largest({ risesAtMost: 40 }, overload), largest({ hides: 80, risesAtMost: 40 }, overload)]).toEqual([
    180, 180,
  ]);
  expect([largest({ risesAtMost: 100 }, overload), largest({ hides: 80, risesAtMost: 100 }, overload)]).toEqual([
    140, 140,
  ]);
  expect([largest({ risesAtMost: 40 }), largest({ hides: 80, risesAtMost: 40 })]).toEqual([140, 140]);
});

test('MD16 generation behind a meter may be gone: so much more is kept beside the reading, never beyond the worst case', () => {
  const horizon = (reading: number, hides?: number, risesAtMost?: number) => {
    const stated = {
      ...(hides === undefined ? {} : { hides: of(hides) }),
      ...(risesAtMost === undefined ? {} : { risesAtMost: of(risesAtMost) }),
    };
    const site = built({ ...SMALL_SITE, otherLoads: SMALL_SITE.otherLoads.map((load) => ({ ...load, ...stated })) });
    const readings = new Map([['building', read(reading, 0, 'building')]]);
    expect(otherLoadNow(site, readings, NOW).get(site.rootCircuitId)).toEqual(of(Math.max(0, reading)));
    return otherLoadHorizon(site, readings, NOW).get(site.rootCircuitId);
  };
  expect(horizon(100, undefined, 50)).toEqual(of(150));
  expect(horizon(100, 80, 50)).toEqual(of(230));
  expect(horizon(100, 200, 50)).toEqual(of(300));
  expect(horizon(100, 80)).toEqual(of(300));
  expect(horizon(-40, 80, 50)).toEqual(of(130));
});

test('MD16, dead row: the gate keeps room for what the sun covered', () => {
  const otherLoads = SMALL_SITE.otherLoads.map((load) => ({ ...load, risesAtMost: of(0), hides: of(200) }));
  const site = built({ ...SMALL_SITE, otherLoads });
  const readings = new Map([['building', read(100, 0, 'building')]]);
  const verdict = gate({
    site,
    committed: committedOf(site, { 'ST-1': 200, 'ST-2': 60, 'ST-3': 60 }),
    otherLoad: otherLoadNow(site, readings, NOW),
    horizonLoad: otherLoadHorizon(site, readings, NOW),
    nowMs: NOW,
    proposal: { evseId: idOf(site, 'ST-2'), limit: deciAmps(320) },
  });
  // 2173 - 3 x 300 - 600 - 60 = 613, a third: 204.
  expect(verdict).toMatchObject({ kind: 'refuse', gateRow: 'dead', largest: 204 });
});

const problemsOf = (input: SiteModelInput) => {
  const result = buildSiteModel(input);
  return result.kind === 'ok' ? [] : result.error.map(({ code, pointer }) => [code, pointer]);
};
const hiding = (change: object): SiteModelInput => ({
  ...SMALL_SITE,
  otherLoads: SMALL_SITE.otherLoads.map((load) => ({ ...load, ...change })),
});

test.each<readonly [string, SiteModelInput, readonly [string, string]]>([
  ['on an unknown circuit', withSources({ ...roof, circuitId: 'x' }), ['bad-source', '/spec/sources/0/circuit']],
  ['without a name', withSources({ ...roof, meterId: '' }), ['bad-source', '/spec/sources/0/name']],
  ['twice', withSources(roof, roof), ['bad-source', '/spec/sources/1/name']],
  ['of less than nothing', withSources({ ...roof, atMost: of(-1) }), ['bad-source', '/spec/sources/0/atMostPerPhaseA']],
  ['that is never stale', withSources({ ...roof, staleAfterMs: 0 }), ['bad-source', '/spec/sources/0/staleAfter']],
  ['beyond a rating', withSources({ ...roof, atMost: of(1_001) }), ['sources-do-not-fit', '/spec/circuits/0']],
  [
    'below a panel',
    withSources({ ...roof, circuitId: 'panel-a', atMost: of(641) }),
    ['sources-do-not-fit', '/spec/circuits/1'],
  ],
  [
    'hidden without a meter',
    hiding({ meterId: undefined, hides: of(1) }),
    ['bad-source', '/spec/loads/0/hidesPerPhaseA'],
  ],
  ['hidden, of less than nothing', hiding({ hides: of(-1) }), ['bad-source', '/spec/meters/0/hidesPerPhaseA']],
  ['hidden, beyond a rating', hiding({ hides: of(1_001) }), ['sources-do-not-fit', '/spec/circuits/0']],
])('a source %s is refused, and the place is pointed at', (_title, input, expected) => {
  expect(problemsOf(input)).toEqual([expected]);
});

test('a site has sources up to the ratings above them, together', () => {
  expect(problemsOf(withSources(roof, { ...roof, meterId: 'barn' }))).toEqual([]);
  expect(problemsOf(withSources(roof, { ...roof, meterId: 'barn', atMost: of(501) }))).toEqual([
    ['sources-do-not-fit', '/spec/circuits/0'],
  ]);
});
