import { expect, test } from '@jest/globals';
import { circuitId, deciAmps, epochMs, perPhase, type PerPhaseDeciAmps } from '@headroom/kernel';
import type { MeterReading } from './model.ts';
import { accumulate, otherLoadHorizon, otherLoadNow } from './other-load.ts';
import { rowsOf } from './rows.ts';
import { built, SMALL_SITE } from './site.fixture.ts';

const NOW = epochMs(1_000_000);
const of = (value: number): PerPhaseDeciAmps => perPhase(() => deciAmps(value));
const shown = (change = {}, nowMs = NOW) =>
  rowsOf(built({ ...SMALL_SITE, ...change }), nowMs).map((row) => [
    `${row.circuitId} ${row.kind}`,
    row.limitDeciA,
    row.source,
    Object.fromEntries(row.loads),
  ]);

test('a circuit has a row per conductor, a contract one more, with the EVSEs below and their coefficients', () => {
  const panel = { 'ST-1/1': 1, 'ST-2/1': 1 };
  expect(shown()).toEqual([
    ['grid l1', 1000, 'rating', panel],
    ['grid l2', 1000, 'rating', { ...panel, 'ST-3/1': 1 }],
    ['grid l3', 1000, 'rating', panel],
    // 50,000 W / 230 V = 217.39 A
    ['grid power', 2173, 'contract', { 'ST-1/1': 3, 'ST-2/1': 3, 'ST-3/1': 1 }],
    ['panel-a l1', 640, 'rating', panel],
    ['panel-a l2', 640, 'rating', panel],
    ['panel-a l3', 640, 'rating', panel],
  ]);
});

test('an override lowers the contract of the root until the instant of its end, and never raises it', () => {
  const override = (powerLimitW: number) => ({
    limitOverride: { powerLimitW, validUntilMs: NOW, setBy: 'ann', reason: 'test' },
  });
  const power = (change: object, nowMs: number) =>
    shown(change, nowMs)
      .find(([row]) => row === 'grid power')
      ?.slice(1, 3);
  expect(power(override(20_000), NOW - 1)).toEqual([869, 'override']);
  expect(power(override(20_000), NOW)).toEqual([2173, 'contract']);
  expect(power(override(60_000), NOW - 1)).toEqual([2173, 'contract']);
});

test('an override makes the power row where the root has no contract', () => {
  const [grid, panel] = SMALL_SITE.circuits as [
    (typeof SMALL_SITE.circuits)[number],
    (typeof SMALL_SITE.circuits)[number],
  ];
  const circuits = [{ ...grid, powerLimitW: undefined }, panel];
  const limitOverride = { powerLimitW: 23_000, validUntilMs: NOW, setBy: 'ann', reason: 'test' };
  const kinds = (nowMs: number) => shown({ circuits, limitOverride }, nowMs).map(([row]) => row);
  expect(kinds(NOW - 1)).toContain('grid power');
  expect(kinds(NOW)).not.toContain('grid power');
});

const reading = (value: number, ageMs: number): ReadonlyMap<string, MeterReading> =>
  new Map([
    [
      'building',
      {
        meterId: 'building',
        current: of(value),
        sampledAtMs: epochMs(NOW - ageMs),
        receivedAtMs: epochMs(NOW - ageMs),
      },
    ],
  ]);

test.each([
  ['none', new Map<string, MeterReading>(), 300],
  ['a fresh one', reading(120, 5_000), 120],
  ['a fresh one above the worst case', reading(450, 0), 450],
  ['a stale one', reading(120, 5_001), 300],
  ['one from the future', reading(120, -5_001), 300],
  ['one of a current that flows out', reading(-50, 0), 0],
])('TL1 with %s as reading the other load counts rightly', (_title, readings, expected) => {
  expect(otherLoadNow(built(SMALL_SITE), readings, NOW).get(circuitId('grid'))).toEqual(of(expected));
});

const rising = (value: number) => ({
  otherLoads: SMALL_SITE.otherLoads.map((load) => ({ ...load, risesAtMost: perPhase(() => value) })),
});

test.each([
  ['no word on its rise', {}, reading(120, 0), 300],
  ['a rise of 10 A', rising(100), reading(120, 0), 220],
  ['a rise beyond the worst case', rising(250), reading(120, 0), 300],
  ['a rise of 0 A', rising(0), reading(120, 0), 120],
  ['a rise of 10 A and a stale reading', rising(100), reading(120, 5_001), 300],
  ['a rise of 10 A and no reading', rising(100), new Map<string, MeterReading>(), 300],
  ['a rise of 10 A and a current that flows out', rising(100), reading(-50, 0), 100],
  ['a rise of 10 A and a reading above the worst case', rising(100), reading(450, 0), 450],
])('SI26 with %s the load of the horizon is right', (_title, change, readings, expected) => {
  expect(otherLoadHorizon(built({ ...SMALL_SITE, ...change }), readings, NOW).get(circuitId('grid'))).toEqual(
    of(expected),
  );
});

test('an unmetered load counts with its worst case, beside the metered one of its circuit', () => {
  const otherLoads = [
    ...SMALL_SITE.otherLoads,
    { circuitId: 'grid', name: 'Lift', worstCase: of(40), staleAfterMs: 0 },
  ];
  expect(otherLoadNow(built({ ...SMALL_SITE, otherLoads }), reading(100, 0), NOW).get(circuitId('grid'))).toEqual(
    of(140),
  );
});

test('other load of a circuit counts on that circuit and its ancestors', () => {
  const otherLoads = [
    ...SMALL_SITE.otherLoads,
    { circuitId: 'panel-a', name: 'Pump', worstCase: of(50), staleAfterMs: 0 },
  ];
  const site = built({ ...SMALL_SITE, otherLoads });
  const sums = accumulate(site, otherLoadNow(site, reading(100, 0), NOW));
  expect(Object.fromEntries(sums)).toEqual({ grid: of(150), 'panel-a': of(50) });
});
