import { expect, test } from '@jest/globals';
import { type CircuitId, type DeciAmps, deciAmps, epochMs, type EvseId, perPhase } from '@headroom/kernel';
import { gate, type GateInput, type GateVerdict, largestIn } from './gate.ts';
import { isCurrent } from './loaded-rows.ts';
import { type PhaseMask, type RowUse, rowUses } from './row-use.ts';
import { built, committedOf, idOf, SMALL_SITE } from './site.fixture.ts';

const NOW = epochMs(1_000_000);
const site = built(SMALL_SITE);
const building = (value: number) => new Map([[site.rootCircuitId, perPhase(() => deciAmps(value))]]);
const ask = (
  stationId: string,
  limit: number,
  committed: ReadonlyMap<EvseId, DeciAmps> = committedOf(site, { 'ST-1': 200, 'ST-2': 60, 'ST-3': 60 }),
): GateVerdict =>
  gate({
    site,
    committed,
    otherLoad: building(0),
    horizonLoad: building(0),
    nowMs: NOW,
    proposal: { evseId: idOf(site, stationId), limit: limit as DeciAmps },
  });

test('SI7 what is at most the committed value passes, however broken the rows are', () => {
  const committed = committedOf(site, { 'ST-1': 900, 'ST-2': 900, 'ST-3': 60 });
  expect(ask('ST-1', 900, committed)).toEqual({ kind: 'pass', decrease: true });
  expect(ask('ST-1', 0, committed)).toEqual({ kind: 'pass', decrease: true });
});

test('SI8 an increase passes up to the last deci-amp of the tightest row, and not one further', () => {
  // Panel A L1: 640 - 200 (ST-1) = 440. Grid power: 2173 - 3*200 - 60 = 1513, a third: 504. Both above the maximum.
  expect(ask('ST-2', 320)).toEqual({ kind: 'pass', decrease: false });
  const committed = committedOf(site, { 'ST-1': 330, 'ST-2': 60, 'ST-3': 60 });
  // Panel A: 640 - 330 = 310; grid power leaves 374.
  expect(ask('ST-2', 310, committed)).toEqual({ kind: 'pass', decrease: false });
  expect(ask('ST-2', 311, committed)).toEqual({
    kind: 'refuse',
    why: 'does-not-fit',
    row: { circuitId: 'panel-a', kind: 'l1' },
    gateRow: 'now',
    limitDeciA: 640,
    wouldBeDeciA: 641,
    largest: 310,
  });
});

test('the power contract refuses with three times the current of a three-phase EVSE', () => {
  // 2173 - 900 (building) - 3*200 (ST-1) - 60 (ST-3) = 613, a third of it: 204.
  const verdict = gate({
    site,
    committed: committedOf(site, { 'ST-1': 200, 'ST-2': 60, 'ST-3': 60 }),
    otherLoad: building(300),
    horizonLoad: building(300),
    nowMs: NOW,
    proposal: { evseId: idOf(site, 'ST-2'), limit: deciAmps(205) },
  });
  expect(verdict).toMatchObject({ row: { kind: 'power' }, limitDeciA: 2173, wouldBeDeciA: 2175, largest: 204 });
});

test('SI20 below a broken row nothing rises; the largest that fits is what it has', () => {
  const committed = committedOf(site, { 'ST-1': 600, 'ST-2': 60, 'ST-3': 60 });
  expect(ask('ST-2', 61, committed)).toMatchObject({ kind: 'refuse', largest: 60 });
  // SI10: ST-3 uses no row of panel A, and the grid has room.
  expect(ask('ST-3', 100, committed)).toEqual({ kind: 'pass', decrease: false });
});

test('LC1 beside 10 A of other load 0.8 of the 54 A that are left may charge: 43.2 A, now and in the row of the dead', () => {
  const circuits = SMALL_SITE.circuits.map((circuit) =>
    circuit.circuitId === 'panel-a' ? { ...circuit, continuousPercent: 80 } : circuit,
  );
  const derated = built({ ...SMALL_SITE, circuits });
  const pump = (value: number) => new Map([['panel-a' as CircuitId, perPhase(() => deciAmps(value))]]);
  const largest = (now: number, horizon: number) => {
    const proposal = { evseId: idOf(derated, 'ST-2'), limit: deciAmps(320) };
    const committed = committedOf(derated, { 'ST-1': 200, 'ST-2': 60, 'ST-3': 60 });
    const [otherLoad, horizonLoad] = [
      new Map([...building(0), ...pump(now)]),
      new Map([...building(0), ...pump(horizon)]),
    ];
    return gate({ site: derated, committed, otherLoad, horizonLoad, nowMs: NOW, proposal });
  };
  expect(largest(100, 100)).toMatchObject({ row: { kind: 'l1' }, gateRow: 'now', largest: 432 - 200 });
  expect(largest(0, 100)).toMatchObject({ gateRow: 'dead', largest: 432 - 200 });
});

test('SI5 an EVSE of which nothing is known counts with its maximum', () => {
  const committed = committedOf(site, { 'ST-2': 60 });
  // Grid power: 2173 - 3*320 (ST-1) - 320 (ST-3) = 893, a third: 297.
  expect(ask('ST-2', 297, committed)).toEqual({ kind: 'pass', decrease: false });
  expect(ask('ST-2', 298, committed)).toMatchObject({ kind: 'refuse', largest: 297 });
  expect(ask('ST-1', 320, committed)).toEqual({ kind: 'pass', decrease: true });
});

test('SI1 nothing counts below its fallback', () => {
  const verdict = ask('ST-2', 55, committedOf(site, { 'ST-1': 0, 'ST-2': 0, 'ST-3': 0 }));
  expect(verdict).toEqual({ kind: 'pass', decrease: true });
});

test('an increase above the hardware maximum is refused, though it would fit', () => {
  expect(ask('ST-3', 321)).toMatchObject({ kind: 'refuse', why: 'above-hardware-maximum', largest: 320 });
});

test.each([Number.NaN, -1, 0.5, Infinity, -Infinity, 1e300])('a proposal of %p is refused', (limit) => {
  expect(ask('ST-1', limit)).toMatchObject({ kind: 'refuse', why: 'not-a-current' });
});

test('an unknown EVSE is refused', () => {
  const proposal = { evseId: 'ghost/1' as EvseId, limit: deciAmps(0) };
  const verdict = gate({
    site,
    committed: new Map(),
    otherLoad: new Map(),
    horizonLoad: new Map(),
    nowMs: NOW,
    proposal,
  });
  expect(verdict).toMatchObject({ kind: 'refuse', why: 'unknown-evse' });
});

test('TL1 other load that is missing or no current counts with its worst case', () => {
  const largest = (otherLoad: GateInput['otherLoad']) => {
    const committed = committedOf(site, { 'ST-1': 320, 'ST-2': 60, 'ST-3': 60 });
    const proposal = { evseId: idOf(site, 'ST-2'), limit: deciAmps(320) };
    const verdict = gate({ site, committed, otherLoad, horizonLoad: otherLoad, nowMs: NOW, proposal });
    return verdict.kind === 'refuse' ? verdict.largest : 320;
  };
  // 2173 - 900 - 960 - 60 = 253, a third: 84.
  expect(largest(new Map())).toBe(84);
  const garbage = new Map([[site.rootCircuitId, perPhase(() => Number.NaN as DeciAmps)]]);
  expect(largest(garbage)).toBe(84);
});

const used = (
  masks: ReadonlyMap<EvseId, PhaseMask>,
  committed = committedOf(site, { 'ST-1': 200, 'ST-2': 60, 'ST-3': 60 }),
) =>
  Object.fromEntries(
    rowUses({ site, committed, masks, otherLoad: building(0), horizonLoad: building(0), nowMs: NOW }).map(
      (row) => [`${row.circuitId} ${row.kind}`, row.usedDeciA] as const,
    ),
  );
const masked = (mask: PhaseMask): ReadonlyMap<EvseId, PhaseMask> => new Map([[idOf(site, 'ST-1'), mask]]);

test('MD5 a car on one phase counts there with its limit, on the others of its EVSE with what the next car may take', () => {
  const elsewhere = deciAmps(60);
  expect(used(masked({ phases: ['l1'], elsewhere }))).toEqual({
    // ST-3 is wired to L2.
    'grid l1': 200 + 60,
    'grid l2': 60 + 60 + 60,
    'grid l3': 60 + 60,
    // One socket has one car: 20 A of this one are more than 3 x 6 A of the next.
    'grid power': 200 + 3 * 60 + 60,
    'panel-a l1': 260,
    'panel-a l2': 120,
    'panel-a l3': 120,
  });
});

test('MD5 what is bound to no transaction counts on every phase, and never less than the fallback (SI1, HO-1)', () => {
  expect(used(masked({ phases: ['l1'], elsewhere: deciAmps(130) }))).toMatchObject({
    'panel-a l1': 260,
    'panel-a l2': 190,
    'panel-a l3': 190,
    'grid power': 3 * 130 + 3 * 60 + 60,
  });
  expect(used(masked({ phases: ['l1'], elsewhere: deciAmps(0) }))).toMatchObject({ 'panel-a l2': 120 });
});

test.each<readonly [string, PhaseMask]>([
  ['names no phase', { phases: [], elsewhere: deciAmps(60) }],
  ['names one twice', { phases: ['l1', 'l1'], elsewhere: deciAmps(60) }],
  ['counts with no current elsewhere', { phases: ['l1'], elsewhere: Number.NaN as DeciAmps }],
])('a mask that %s is none: all wired phases count', (_title, mask) => {
  expect(used(masked(mask))).toEqual(used(new Map()));
});

test('a mask with a phase that is not wired to the EVSE is none', () => {
  const foreign = new Map([[idOf(site, 'ST-3'), { phases: ['l1'] as const, elsewhere: deciAmps(60) }]]);
  expect(used(foreign)).toEqual(used(new Map()));
});

test('MD5, SI8 the raise of a car on one phase needs room there and once its current in the power row', () => {
  const committed = committedOf(site, { 'ST-1': 200, 'ST-2': 260, 'ST-3': 60 });
  const ask = (masks: ReadonlyMap<EvseId, PhaseMask>, limit: number, load: number) =>
    gate({
      ...{ site, committed, masks, otherLoad: building(load), horizonLoad: building(load), nowMs: NOW },
      proposal: { evseId: idOf(site, 'ST-1'), limit: deciAmps(limit) },
    });
  // Grid power: 2173 - 600 (building) - 780 (ST-2) - 60 (ST-3) = 733: 244 on three phases, all of it on one.
  expect(ask(new Map(), 320, 200)).toMatchObject({ kind: 'refuse', row: { kind: 'power' }, largest: 244 });
  const narrow = masked({ phases: ['l3'], elsewhere: deciAmps(60) });
  expect(ask(narrow, 320, 200)).toEqual({ kind: 'pass', decrease: false });
  // L1 of the grid is full: nothing to a car on L3 (SI10).
  const full = new Map([[site.rootCircuitId, { l1: deciAmps(900), l2: deciAmps(0), l3: deciAmps(0) }]]);
  const proposal = { evseId: idOf(site, 'ST-1'), limit: deciAmps(210) };
  expect(gate({ site, committed, masks: narrow, otherLoad: full, horizonLoad: full, nowMs: NOW, proposal }).kind).toBe(
    'pass',
  );
  expect(gate({ site, committed, otherLoad: full, horizonLoad: full, nowMs: NOW, proposal })).toMatchObject({
    row: { kind: 'l1' },
  });
});

/** The building flows with `now`, and may come to `horizon` while the leases last. */
const askUnder = (now: number, horizon: number, limit: number, stationId = 'ST-2'): GateVerdict =>
  gate({
    site,
    committed: committedOf(site, { 'ST-1': 200, 'ST-2': 60, 'ST-3': 60 }),
    otherLoad: building(now),
    horizonLoad: building(horizon),
    nowMs: NOW,
    proposal: { evseId: idOf(site, stationId), limit: deciAmps(limit) },
  });

test('SI26, dead row: an increase must leave room for what the building may rise to while the leases last', () => {
  // Now: 2173 - 3*100 - 600 (ST-1) - 60 (ST-3) = 1213, a third: 404, above the maximum.
  expect(askUnder(100, 100, 320)).toEqual({ kind: 'pass', decrease: false });
  // Dead: 2173 - 3*300 - 660 = 613, a third: 204.
  expect(askUnder(100, 300, 204)).toEqual({ kind: 'pass', decrease: false });
  expect(askUnder(100, 300, 205)).toEqual({
    kind: 'refuse',
    why: 'does-not-fit',
    row: { circuitId: 'grid', kind: 'power' },
    gateRow: 'dead',
    limitDeciA: 2173,
    wouldBeDeciA: 2175,
    largest: 204,
  });
});

test('SI7, SI30, dead row: a decrease passes a broken one, and nothing is asked to go down for it', () => {
  expect(askUnder(100, 900, 60)).toEqual({ kind: 'pass', decrease: true });
  expect(askUnder(100, 900, 61)).toMatchObject({ kind: 'refuse', gateRow: 'dead', largest: 60 });
});

test('dead row: a horizon below what flows already counts as what flows; without one the worst case counts', () => {
  expect(askUnder(300, 0, 205)).toMatchObject({ kind: 'refuse', gateRow: 'now', largest: 204 });
  const proposal = { evseId: idOf(site, 'ST-2'), limit: deciAmps(205) };
  const committed = committedOf(site, { 'ST-1': 200, 'ST-2': 60, 'ST-3': 60 });
  const unknown = { site, committed, otherLoad: building(100), horizonLoad: new Map(), nowMs: NOW, proposal };
  expect(gate(unknown)).toMatchObject({ kind: 'refuse', gateRow: 'dead', largest: 204 });
});

test('SI29 an allowance lets the rise exceed the rating in the row of the dead, by no more than it says, and never in the row of now', () => {
  const at = (now: number, horizon: number, overload?: { readonly percent: number; readonly seconds: number }) => {
    const circuits = SMALL_SITE.circuits.map(({ powerLimitW: _, ...circuit }) =>
      circuit.circuitId === 'grid' ? { ...circuit, rating: perPhase(() => 500), overload } : circuit,
    );
    const tight = built({ ...SMALL_SITE, circuits });
    const proposal = { evseId: idOf(tight, 'ST-2'), limit: deciAmps(320) };
    const committed = committedOf(tight, { 'ST-1': 60, 'ST-2': 60, 'ST-3': 60 });
    const [otherLoad, horizonLoad] = [building(now), building(horizon)];
    return gate({ site: tight, committed, otherLoad, horizonLoad, nowMs: NOW, proposal });
  };
  const overload = { percent: 10, seconds: 200 };
  // L2 bears 500: the building, ST-1 and ST-3 with 60 each.
  expect(at(100, 300)).toMatchObject({ row: { kind: 'l2' }, gateRow: 'dead', largest: 80 });
  expect(at(100, 300, overload)).toMatchObject({ row: { kind: 'l2' }, gateRow: 'dead', largest: 130 });
  expect(at(100, 140, overload)).toMatchObject({ gateRow: 'now', largest: 280 });
  expect(at(100, 150, overload)).toMatchObject({ gateRow: 'now', largest: 280 });
  expect(at(100, 151, overload)).toMatchObject({ gateRow: 'dead', largest: 279 });
});

test('SI10, dead row: it holds nobody back whose circuits have no load that could rise', () => {
  const committed = committedOf(site, { 'ST-1': 330, 'ST-2': 60, 'ST-3': 60 });
  const proposal = { evseId: idOf(site, 'ST-2'), limit: deciAmps(311) };
  const ask = { site, committed, otherLoad: building(0), horizonLoad: building(1), nowMs: NOW, proposal };
  expect(gate(ask)).toMatchObject({ row: { circuitId: 'panel-a' }, gateRow: 'now', largest: 310 });
});

test('SI20, MD5: a row that is broken by what counts without the limit of an EVSE is mended by no limit of it', () => {
  const evse = idOf(site, 'ST-1');
  const row: RowUse = {
    ...{ circuitId: site.rootCircuitId, kind: 'power', limitDeciA: deciAmps(100), source: 'rating' },
    ...{ otherLoadDeciA: deciAmps(0), riseDeciA: deciAmps(0), usedDeciA: deciAmps(100) },
    ...{ loads: new Map([[evse, 1]]), standing: new Map([[evse, 60]]) },
  };
  // Of 100, 40 are others'. What the next car may take, 60, counts whatever this one is given.
  expect(largestIn(row, evse, 20)).toBe(60);
  expect(largestIn({ ...row, usedDeciA: deciAmps(101) }, evse, 20)).toBeLessThan(0);
});

test('10 MA is the largest number that is a current', () => {
  expect([100_000_000, 100_000_001, -1, 0, 0.5].map(isCurrent)).toEqual([true, false, false, true, false]);
});
