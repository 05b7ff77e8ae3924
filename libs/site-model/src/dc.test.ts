import { expect, test } from '@jest/globals';
import { type DeciAmps, deciAmps, epochMs, type EvseId, perPhase } from '@headroom/kernel';
import fc from 'fast-check';
import { buildSiteModel } from './build.ts';
import { type DcInput, dcInputDeciA, dcOutputW } from './dc-input.ts';
import { gate } from './gate.ts';
import type { CircuitInput, EvseInput, SiteModelInput } from './input.ts';
import { rowUses } from './row-use.ts';
import { built, evseInput, idOf, SMALL_SITE } from './site.fixture.ts';

const NOW = epochMs(0);
const THREE = { nominalVoltageV: 230, phases: 3 };
const DC: DcInput = { outputMaxW: 50_000, efficiencyPercent: 94, powerFactorPercent: 98 };

test('MD12 50 kW at 0.94 and 0.98 take 87.4 A of each phase, at the lowest voltage', () => {
  // 50,000 / (0.94 x 0.98 x 3 x 207) = 87.40 A.
  expect(dcInputDeciA(DC, 50_000, THREE)).toBe(875);
  expect(dcOutputW(DC, deciAmps(320), THREE)).toBe(18_306);
  expect(dcOutputW(DC, deciAmps(2_000), THREE)).toBe(50_000);
});

test('MD12 what may flow out takes no more in than it may, and a watt more would not be lost', () => {
  const dc = fc.record({
    outputMaxW: fc.integer({ min: 1, max: 1_000_000 }),
    efficiencyPercent: fc.integer({ min: 50, max: 100 }),
    powerFactorPercent: fc.integer({ min: 50, max: 100 }),
  });
  const supply = fc.record({
    nominalVoltageV: fc.integer({ min: 90, max: 1_000 }),
    phases: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(dc, supply, fc.integer({ min: 0, max: 20_000 }), (of, on, input) => {
      const outputW = dcOutputW(of, deciAmps(input), on);
      const apparentVA = outputW / ((of.efficiencyPercent * of.powerFactorPercent) / 10_000);
      expect(apparentVA).toBeLessThanOrEqual((input / 10) * 0.9 * on.nominalVoltageV * on.phases * (1 + 1e-12));
      expect(dcInputDeciA(of, outputW, on)).toBeLessThanOrEqual(input);
      expect(outputW === of.outputMaxW || dcInputDeciA(of, outputW + 1, on) > input).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

const outlet = (stationId: string, change: Partial<EvseInput> = {}): EvseInput => ({
  ...evseInput(stationId, 'cabinet'),
  ...{ maxCurrent: 900, minCurrent: 10, fallback: 0, dc: DC },
  ...change,
});
const cabinet: CircuitInput = {
  circuitId: 'cabinet',
  parentCircuitId: 'grid',
  name: 'Cabinet',
  rating: perPhase(() => 1_200),
  cabinet: { ...DC, outputMaxW: 60_000 },
};
const siteWith = (change: Partial<SiteModelInput> = {}, gridRating = 2_000): SiteModelInput => ({
  ...SMALL_SITE,
  circuits: [{ circuitId: 'grid', name: 'Grid', rating: perPhase(() => gridRating), powerLimitW: 200_000 }, cabinet],
  evses: [outlet('A'), outlet('B'), evseInput('C', 'grid')],
  otherLoads: [],
  ...change,
});
const problemsOf = (input: SiteModelInput) => {
  const result = buildSiteModel(input);
  return result.kind === 'ok' ? [] : result.error.map(({ code, pointer, detail }) => [code, pointer, detail]);
};

test('MD14 outlets count with no more than their cabinet gives, on it and above, on conductors and in the contract', () => {
  const site = built(siteWith());
  const used = (a: number, b: number) => {
    const committed = new Map<EvseId, DeciAmps>([
      [idOf(site, 'A'), deciAmps(a)],
      [idOf(site, 'B'), deciAmps(b)],
      [idOf(site, 'C'), deciAmps(100)],
    ]);
    const rows = rowUses({ site, committed, otherLoad: new Map(), horizonLoad: new Map(), nowMs: NOW });
    return Object.fromEntries(rows.map((row) => [`${row.circuitId} ${row.kind}`, row.usedDeciA]));
  };
  // 60,000 / (0.94 x 0.98 x 621) = 104.9 A. In the contract 2.7 of them, rounded up, and three of each ampere of C.
  expect(used(800, 800)).toMatchObject({ 'cabinet l1': 1_049, 'grid l1': 1_149, 'grid power': 2_833 + 300 });
  expect(used(300, 400)).toMatchObject({ 'cabinet l1': 700, 'grid l1': 800, 'grid power': 811 + 1_081 + 300 });
});

test('MD14 a row that a cabinet fills to the last deci-amp lets nobody rise; an outlet rises by the room that is left', () => {
  const ask = (rating: number, limit: number, stationId = 'A') => {
    const site = built(siteWith({}, rating));
    const committed = new Map<EvseId, DeciAmps>([
      [idOf(site, 'A'), deciAmps(300)],
      [idOf(site, 'B'), deciAmps(800)],
      [idOf(site, 'C'), deciAmps(60)],
    ]);
    const proposal = { evseId: idOf(site, stationId), limit: deciAmps(limit) };
    return gate({ site, committed, otherLoad: new Map(), horizonLoad: new Map(), nowMs: NOW, proposal });
  };
  expect(ask(1_109, 301)).toMatchObject({ kind: 'refuse', largest: 300 });
  expect(ask(1_115, 306).kind).toBe('pass');
  expect(ask(1_109, 61, 'C')).toMatchObject({ kind: 'refuse', largest: 60 });
  expect(ask(1_115, 66, 'C').kind).toBe('pass');
  expect(ask(1_115, 67, 'C')).toMatchObject({ kind: 'refuse', largest: 66 });
});

test('7.4 a DC station counts at commissioning with its fallback, as any; its cabinet gives no more than it can', () => {
  const evses = [outlet('A', { fallback: 100 }), outlet('B', { fallback: 100 }), evseInput('C', 'grid')];
  expect(problemsOf(siteWith({ evses }, 260))).toEqual([]);
  expect(problemsOf(siteWith({ evses }, 259))[0]?.[2]).toContain('fallbacks of 3 EVSEs 26 A');
  const highest = [outlet('A', { fallback: 900 }), outlet('B', { fallback: 900 })];
  expect(problemsOf(siteWith({ evses: highest }, 1_049))).toEqual([]);
});

test('MD14 an outlet cannot lose less than the cabinet that feeds it: it would take more than it counts with', () => {
  // 20 kW at the 0.98 of the outlet are 33 A; through a cabinet of 0.94 x 0.98 they are 35 A.
  const better = { ...DC, efficiencyPercent: 98, powerFactorPercent: 100 };
  const throughCabinetDeciA = dcInputDeciA(DC, dcOutputW(better, deciAmps(330), THREE), THREE);
  expect(throughCabinetDeciA).toBeGreaterThan(330);
  expect(problemsOf(siteWith({ evses: [outlet('A'), outlet('B', { dc: better })] }))).toEqual([
    [
      'bad-cabinet',
      '/spec/circuits/1/cabinet',
      'Cabinet "cabinet": B/1 behind it has an efficiency and a power factor of 0.98 x 1, better than its own 0.94 x 0.98: what it loses is part of what they lose.',
    ],
  ]);
  expect(problemsOf(siteWith({ evses: [outlet('A', { dc: { ...DC, efficiencyPercent: 93 } })] }))).toEqual([]);
});

test('MD12 the power of a DC station counts in a contract at the lowest voltage, never less than it takes', () => {
  const site = built(siteWith({ evses: [outlet('A', { circuitId: 'grid' })] }));
  for (const limit of [1, 60, 875]) {
    const committed = new Map([[idOf(site, 'A'), deciAmps(limit)]]);
    const [row] = rowUses({ site, committed, otherLoad: new Map(), horizonLoad: new Map(), nowMs: NOW }).filter(
      ({ kind }) => kind === 'power',
    );
    const takesW = dcOutputW(DC, deciAmps(limit), THREE) / 0.94;
    expect((row?.usedDeciA ?? 0) * 23).toBeGreaterThanOrEqual(takesW);
    expect(row?.usedDeciA).toBe(Math.ceil((limit * 2_765) / 1_024));
  }
});

test.each<readonly [string, Partial<SiteModelInput>, readonly [string, string]]>([
  [
    'a maximum below what it takes',
    { evses: [outlet('A', { maxCurrent: 874 })] },
    ['bad-dc', '/spec/stations/0/evses/0/dc'],
  ],
  [
    'an efficiency of 0.4',
    { evses: [outlet('A', { dc: { ...DC, efficiencyPercent: 49 } })] },
    ['bad-dc', '/spec/stations/0/evses/0/dc'],
  ],
  [
    'a power factor of NaN',
    { evses: [outlet('A', { dc: { ...DC, powerFactorPercent: Number.NaN } })] },
    ['bad-dc', '/spec/stations/0/evses/0/dc'],
  ],
  ['no output', { evses: [outlet('A', { dc: { ...DC, outputMaxW: 0 } })] }, ['bad-dc', '/spec/stations/0/evses/0/dc']],
  [
    'a DC station between two conductors',
    { evses: [outlet('A', { phases: ['l1', 'l2'], maxCurrent: 2_000, wiring: 'line-to-line' })] },
    ['bad-dc', '/spec/stations/0/evses/0/dc'],
  ],
  ['an AC station in a cabinet', { evses: [evseInput('A', 'cabinet')] }, ['bad-cabinet', '/spec/circuits/1/cabinet']],
  [
    'a DC station on one phase in a cabinet',
    { evses: [outlet('A', { phases: ['l1'], maxCurrent: 3_000 })] },
    ['bad-cabinet', '/spec/circuits/1/cabinet'],
  ],
  [
    'a cabinet in a cabinet',
    { circuits: [...siteWith().circuits, { ...cabinet, circuitId: 'inner', parentCircuitId: 'cabinet' }] },
    ['bad-cabinet', '/spec/circuits/2/cabinet'],
  ],
  [
    'a cabinet without an output',
    { circuits: [...siteWith().circuits.slice(0, 1), { ...cabinet, cabinet: { ...DC, outputMaxW: -1 } }] },
    ['bad-cabinet', '/spec/circuits/1/cabinet'],
  ],
])('a site with %s is refused, and the place is pointed at', (_title, change, expected) => {
  expect(problemsOf(siteWith(change)).map(([code, pointer]) => [code, pointer])).toContainEqual(expected);
});

test('a DC station may have less than 6 A, of its supply', () => {
  expect(problemsOf(siteWith({ evses: [outlet('A', { minCurrent: 1 })] }))).toEqual([]);
});
