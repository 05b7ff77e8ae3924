import { expect, test } from '@jest/globals';
import { type DeciAmps, deciAmps, epochMs, type EvseId, perPhase } from '@headroom/kernel';
import { gate, type GateInput, type GateVerdict } from './gate.ts';
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
  const verdict = gate({ site, committed: new Map(), otherLoad: new Map(), nowMs: NOW, proposal });
  expect(verdict).toMatchObject({ kind: 'refuse', why: 'unknown-evse' });
});

test('TL1 other load that is missing or no current counts with its worst case', () => {
  const largest = (otherLoad: GateInput['otherLoad']) => {
    const committed = committedOf(site, { 'ST-1': 320, 'ST-2': 60, 'ST-3': 60 });
    const proposal = { evseId: idOf(site, 'ST-2'), limit: deciAmps(320) };
    const verdict = gate({ site, committed, otherLoad, nowMs: NOW, proposal });
    return verdict.kind === 'refuse' ? verdict.largest : 320;
  };
  // 2173 - 900 - 960 - 60 = 253, a third: 84.
  expect(largest(new Map())).toBe(84);
  const garbage = new Map([[site.rootCircuitId, perPhase(() => Number.NaN as DeciAmps)]]);
  expect(largest(garbage)).toBe(84);
});
