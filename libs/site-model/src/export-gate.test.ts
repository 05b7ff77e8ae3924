import { describe, expect, test } from '@jest/globals';
import { circuitId, type DeciAmps, deciAmps, type EvseId, evseId, perPhase, stationId } from '@headroom/kernel';
import { buildSiteModel } from './build.ts';
import { exportGate, type ExportInput } from './export-gate.ts';
import { knownDischarge } from './check-discharge.ts';
import type { EvseInput, SiteModelInput } from './input.ts';
import { SMALL_SITE } from './site.fixture.ts';

const A = (amps: number) => deciAmps(amps * 10);
const id = (station: string): EvseId => evseId(stationId(station), 1);

/** Two cars on a panel of 64 A and one on L2 of the connection, of which each may give 32 A back; 20 kW may flow out. */
function siteWith(change: Partial<SiteModelInput> = {}) {
  const built = buildSiteModel({
    ...SMALL_SITE,
    evses: SMALL_SITE.evses.map((evse) => ({ ...evse, maxDischarge: 320 })),
    exportLimitW: 20_000,
    ...change,
  });
  if (built.kind === 'err') throw new Error(JSON.stringify(built.error));
  return built.value;
}
const ask = (station: string, amps: number, of: Partial<ExportInput> = {}) =>
  exportGate({
    ...{ site: siteWith(), giving: new Map(), drawn: new Map() },
    ...of,
    proposal: { evseId: id(station), discharge: A(amps) },
  });
const givingOf = (amps: Readonly<Record<string, number>>) =>
  new Map(Object.entries(amps).map(([station, value]) => [id(station), A(value)]));
const drawing = (amps: number) => new Map([[circuitId('grid'), perPhase(() => A(amps))]]);

describe('MD18: what flows out', () => {
  test('is no more than the site may send, which is nothing where nobody says otherwise', () => {
    // 20 kW at 230 V are 86.9 A over all phases: 28.9 A on each of three.
    expect(ask('ST-1', 28)).toEqual({ kind: 'pass', decrease: false });
    expect(ask('ST-1', 29)).toMatchObject({
      why: 'does-not-fit',
      row: { circuitId: 'grid', kind: 'power' },
      largest: 289,
    });
    expect(ask('ST-1', 1, { site: siteWith({ exportLimitW: undefined }) })).toMatchObject({ largest: 0 });
  });

  test('is less by what other load is seen to draw', () => {
    const site = siteWith({ exportLimitW: undefined });
    expect(ask('ST-1', 10, { site, drawn: drawing(10) })).toEqual({ kind: 'pass', decrease: false });
    expect(ask('ST-1', 11, { site, drawn: drawing(10) })).toMatchObject({ largest: 100 });
  });

  test('counts every car that may be giving back, whatever the new one is told', () => {
    expect(ask('ST-1', 8, { giving: givingOf({ 'ST-2': 20 }) })).toEqual({ kind: 'pass', decrease: false });
    expect(ask('ST-1', 9, { giving: givingOf({ 'ST-2': 20 }) })).toMatchObject({ why: 'does-not-fit', largest: 89 });
  });

  test('counts sources at their most', () => {
    const sources = [
      { circuitId: 'grid', name: 'Roof', meterId: 'roof', staleAfterMs: 5_000, atMost: perPhase(() => 200) },
    ];
    expect(ask('ST-1', 9, { site: siteWith({ sources }) })).toMatchObject({ largest: 89 });
  });

  test('counts what hides behind a meter at its most', () => {
    const otherLoads = [
      {
        circuitId: 'grid',
        name: 'Building',
        meterId: 'building',
        staleAfterMs: 5_000,
        worstCase: perPhase(() => 200),
        hides: perPhase(() => 200),
      },
    ];
    expect(ask('ST-1', 9, { site: siteWith({ otherLoads }) })).toMatchObject({ largest: 89 });
  });

  test('counts a car of which nobody can say what it gives with all that it can', () => {
    const giving = new Map([[id('ST-2'), Number.NaN as DeciAmps]]);
    expect(ask('ST-1', 6, { giving })).toMatchObject({ why: 'does-not-fit', largest: 0 });
    // On three phases of its own it would be 28.9 A; the other one may be giving 32 A.
    expect(ask('ST-1', 8, { giving, site: siteWith({ exportLimitW: 27_000 }) })).toMatchObject({ largest: 71 });
  });

  test('a reading that is no current takes nothing off', () => {
    const site = siteWith({ exportLimitW: undefined });
    const drawn = new Map([[circuitId('grid'), perPhase(() => -100 as DeciAmps)]]);
    expect(ask('ST-1', 1, { site, drawn })).toMatchObject({ why: 'does-not-fit' });
  });
});

describe('MD18: what a conductor carries back', () => {
  const wide = siteWith({
    exportLimitW: 1_000_000,
    evses: SMALL_SITE.evses.map((evse) => ({ ...evse, maxDischarge: 640 })),
  });

  test('is no more than its rating, whatever is drawn beside it', () => {
    const of = { site: wide, giving: givingOf({ 'ST-2': 40 }), drawn: drawing(30) };
    expect(ask('ST-1', 24, of)).toEqual({ kind: 'pass', decrease: false });
    expect(ask('ST-1', 25, of)).toMatchObject({ row: { circuitId: 'panel-a', kind: 'l1' }, largest: 240 });
  });

  test('a car on another circuit counts where both flow together', () => {
    expect(ask('ST-3', 64, { site: wide, giving: givingOf({ 'ST-1': 40 }) })).toMatchObject({
      row: { circuitId: 'grid', kind: 'l2' },
      largest: 600,
    });
  });
});

test('less is always passed, also where a row is broken already', () => {
  expect(ask('ST-1', 31, { giving: givingOf({ 'ST-1': 32, 'ST-2': 32 }) })).toEqual({ kind: 'pass', decrease: true });
});

test.each([
  ['an EVSE that nobody knows', () => ask('ST-9', 1), 'unknown-evse'],
  ['a current below 0', () => ask('ST-1', -1), 'not-a-current'],
  ['more than its EVSE gives', () => ask('ST-1', 33, { drawn: drawing(60) }), 'above-hardware-maximum'],
  [
    'a car that may give nothing',
    () => ask('ST-1', 1, { site: siteWith({ evses: SMALL_SITE.evses }) }),
    'above-hardware-maximum',
  ],
] as const)('%s is refused', (_, asking, why) => {
  expect(asking()).toMatchObject({ kind: 'refuse', why });
});

test.each([
  ['a discharge of 0 A', { evses: SMALL_SITE.evses.map((evse) => ({ ...evse, maxDischarge: 0 })) }, 'bad-discharge'],
  [
    'a discharge that is no current',
    { evses: SMALL_SITE.evses.map((evse) => ({ ...evse, maxDischarge: -320 })) },
    'bad-discharge',
  ],
  ['an export limit below 0', { exportLimitW: -1 }, 'bad-export-limit'],
] as const)('a site with %s is refused', (_, change, code) => {
  const built = buildSiteModel({ ...SMALL_SITE, ...change });
  expect(built.kind === 'err' ? built.error[0]?.code : undefined).toBe(code);
});

test('what a car may give back is refused at its place, with a sentence that says why', () => {
  const [first, ...others] = SMALL_SITE.evses;
  if (first === undefined) throw new Error('the site has EVSEs');
  const problemsOf = (change: Partial<EvseInput>) => {
    const built = buildSiteModel({ ...SMALL_SITE, evses: [{ ...first, ...change }, ...others] });
    return built.kind === 'err' ? built.error.map(({ code, pointer, detail }) => [code, pointer, detail]) : [];
  };
  const place = '/spec/stations/0/evses/0/maxDischargeA';
  const least = first.minCurrent;
  expect(problemsOf({ maxDischarge: least })).toEqual([]);
  expect(problemsOf({ maxDischarge: least - 1 })).toEqual([
    ['bad-discharge', place, expect.stringContaining(`${(least - 1) / 10} A, and nothing below its minimum`)],
  ]);
  expect(problemsOf({ maxDischarge: 320, phases: ['l1', 'l2'], wiring: 'line-to-line' })).toContainEqual([
    ...['bad-discharge', place, expect.stringContaining('wired line-to-line')],
  ]);
  const dc = { outputMaxW: 10_000, efficiencyPercent: 95, powerFactorPercent: 99 };
  expect(problemsOf({ maxDischarge: 160, dc, maxCurrent: 320 })).toEqual([]);
});

test.each([
  ['0 A', 0, undefined],
  ['less than 0 A', -1, undefined],
  ['no number', Number.NaN, undefined],
  ['tenths of tenths', 60.5, undefined],
  ['16 A', 160, 160],
])('of a document of another release, %s that a car may give back is a current or nothing', (_, told, expected) => {
  expect(knownDischarge(told)).toBe(expected);
});
