import { expect, test } from '@jest/globals';
import { circuitId, deciAmps, epochMs, perPhase, type PerPhaseDeciAmps, watts } from '@headroom/kernel';
import type { ImposedLimitModel, MeterReading, SiteModel } from './model.ts';
import { accumulate, otherLoadHorizon, otherLoadNow } from './other-load.ts';
import { ROWS_KEPT_MAX, rowsOf } from './rows.ts';
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

test('LC1 what charges counts 1.25-fold on the conductors of a circuit that bears 0.8 of its rating for hours, nowhere else', () => {
  const circuits = SMALL_SITE.circuits.map((circuit) =>
    circuit.circuitId === 'panel-a' ? { ...circuit, continuousPercent: 80 } : circuit,
  );
  const loads = Object.fromEntries(shown({ circuits }).map(([row, limit, , ofRow]) => [row, [limit, ofRow]]));
  expect(loads['panel-a l1']).toEqual([640, { 'ST-1/1': 1.25, 'ST-2/1': 1.25 }]);
  expect(loads['grid l1']).toEqual([1000, { 'ST-1/1': 1, 'ST-2/1': 1 }]);
  expect(loads['grid power']).toEqual([2173, { 'ST-1/1': 3, 'ST-2/1': 3, 'ST-3/1': 1 }]);
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

/** 20 kW on the grid connection from 100 s on for 50 s, and 15 kW on a panel that has no contract. */
const IMPOSED: readonly ImposedLimitModel[] = [
  {
    circuitId: circuitId('grid'),
    powerLimitW: watts(20_000),
    startMs: epochMs(NOW + 100_000),
    endMs: epochMs(NOW + 150_000),
  },
  { circuitId: circuitId('panel-a'), powerLimitW: watts(15_000), startMs: epochMs(NOW + 120_000) },
];
const imposedOn = (imposed: readonly ImposedLimitModel[], change = {}): SiteModel => ({
  ...built({ ...SMALL_SITE, ...change }),
  imposed,
});
const powersOf = (site: SiteModel, fromMs: number, untilMs = fromMs) =>
  rowsOf(site, epochMs(fromMs), epochMs(untilMs))
    .filter(({ kind }) => kind === 'power')
    .map(({ circuitId: id, limitDeciA, limitW, source, validUntilMs }) => [
      ...[id, limitDeciA, limitW, source],
      validUntilMs === undefined ? 'for good' : validUntilMs - NOW,
    ]);

test.each([
  ['before', 99_999, 99_999, [['grid', 2173, 50_000, 'contract', 'for good']]],
  ['at the start', 100_000, 100_000, [['grid', 869, 20_000, 'grid', 150_000]]],
  ['from before to the start', 80_000, 100_000, [['grid', 869, 20_000, 'grid', 150_000]]],
  ['from before to just before the start', 80_000, 99_999, [['grid', 2173, 50_000, 'contract', 'for good']]],
  [
    ...['with the second one as well', 149_999, 149_999],
    [
      ['grid', 869, 20_000, 'grid', 150_000],
      ['panel-a', 652, 15_000, 'grid', 'for good'],
    ],
  ],
  [
    ...['at the end of the first', 150_000, 150_000],
    [
      ['grid', 2173, 50_000, 'contract', 'for good'],
      ['panel-a', 652, 15_000, 'grid', 'for good'],
    ],
  ],
] as const)(
  'LC3: imposed limits hold from their start, their end not included: %s',
  (_title, from, until, expected) => {
    expect(powersOf(imposedOn(IMPOSED), NOW + from, NOW + until)).toEqual(expected);
  },
);

test('A28, DR-E10: of imposed limit, override and contract the lowest holds, and none raises another', () => {
  const limitOverride = { powerLimitW: 30_000, validUntilMs: NOW + 10, setBy: 'ann', reason: 'test' };
  const on = (powerLimitW: number) =>
    powersOf(
      imposedOn([{ circuitId: circuitId('grid'), powerLimitW: watts(powerLimitW), startMs: NOW }], { limitOverride }),
      NOW,
    ).map(([, , limitW, source]) => [limitW, source]);
  expect(on(29_999)).toEqual([[29_999, 'grid']]);
  expect(on(30_001)).toEqual([[30_000, 'override']]);
  expect(on(60_000)).toEqual([[30_000, 'override']]);
  const overlapping = [40_000, 10_000, 20_000].map((powerLimitW) => ({
    ...{ circuitId: circuitId('grid'), powerLimitW: watts(powerLimitW), startMs: NOW },
  }));
  expect(powersOf(imposedOn(overlapping), NOW)).toEqual([['grid', 434, 10_000, 'grid', 'for good']]);
});

test('the rows of a model stay the same objects while the same limits hold, and are forgotten beyond a bound', () => {
  const site = imposedOn(
    Array.from({ length: ROWS_KEPT_MAX + 1 }, (_, n) => ({
      ...{ circuitId: circuitId('grid'), powerLimitW: watts(10_000 - n) },
      ...{ startMs: epochMs(NOW + n * 10), endMs: epochMs(NOW + n * 10 + 10) },
    })),
  );
  const first = rowsOf(site, NOW);
  expect(rowsOf(site, epochMs(NOW + 9))).toBe(first);
  expect(rowsOf(site, epochMs(NOW + 10))).not.toBe(first);
  for (let n = 2; n < ROWS_KEPT_MAX; n += 1) rowsOf(site, epochMs(NOW + n * 10));
  expect(rowsOf(site, NOW)).toBe(first);
  rowsOf(site, epochMs(NOW + ROWS_KEPT_MAX * 10));
  expect(rowsOf(site, NOW)).not.toBe(first);
  expect(rowsOf(site, NOW)).toEqual(first);
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

test('TL1: of two metered loads each counts with what its own meter shows, and the one whose meter is silent with its worst case', () => {
  const pump = { circuitId: 'panel-a', name: 'Pump', meterId: 'pump', worstCase: of(50), staleAfterMs: 5_000 };
  const site = built({ ...SMALL_SITE, otherLoads: [...SMALL_SITE.otherLoads, pump] });
  const loads = (readings: ReadonlyMap<string, MeterReading>) => Object.fromEntries(otherLoadNow(site, readings, NOW));
  const at = { sampledAtMs: epochMs(NOW), receivedAtMs: epochMs(NOW) };
  const ofPump: [string, MeterReading] = ['pump', { meterId: 'pump', current: of(20), ...at }];
  expect(loads(new Map([...reading(100, 0), ofPump]))).toEqual({ grid: of(100), 'panel-a': of(20) });
  expect(loads(new Map([ofPump, ...reading(100, 0)]))).toEqual({ grid: of(100), 'panel-a': of(20) });
  expect(loads(reading(100, 0))).toEqual({ grid: of(100), 'panel-a': of(50) });
  expect(loads(new Map([ofPump]))).toEqual({ grid: of(300), 'panel-a': of(20) });
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
