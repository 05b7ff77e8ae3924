import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import {
  MAX_LIMITS_OF_STATION,
  missingFrom,
  STATION_LIMIT_HOLDS_MS,
  type StationLimit,
  stationLimitAt,
  stationLimitInstants,
  withoutMissing,
  withoutStationLimit,
  withStationLimit,
  withUnlisted,
} from './station-limit.ts';

const T0 = epochMs(1_800_000_000_000);
type Told = Omit<StationLimit, 'validUntilMs'>;
const told = (limit: number, change: Partial<Told> = {}): Told => ({
  ...{ evse: 0, source: 'EMS', isGridCritical: false },
  schedules: [{ unit: 'A', steps: [{ fromMs: T0, limit }] }],
  ...change,
});
const held = (...limits: readonly Told[]): readonly StationLimit[] =>
  limits.reduce<readonly StationLimit[]>((known, limit) => withStationLimit(known, limit, T0), []);
const at = (limits: readonly StationLimit[], nowMs = T0, evse = 1, phases = 3) =>
  stationLimitAt(limits, { evse: { evse }, phases, nominalVoltageV: 230, nowMs });

test('the lowest limit holds: that of the station of each EVSE, that of an EVSE of no other', () => {
  const limits = held(told(200), told(100, { evse: 2, source: 'SO' }));
  expect([1, 2].map((evse) => at(limits, T0, evse))).toEqual([
    { limit: 200, source: 'EMS' },
    { limit: 100, source: 'SO' },
  ]);
  expect(at([])).toBeUndefined();
});

test('a schedule limits from its first step until its end, each step until the next; where there are several all hold', () => {
  const steps = [
    { fromMs: T0 + 10, limit: 100 },
    { fromMs: T0 + 20, limit: 60 },
  ];
  const limits = held(
    told(0, {
      schedules: [
        { unit: 'A', steps, untilMs: T0 + 30 },
        { unit: 'A', steps: [{ fromMs: T0 + 15, limit: 80 }] },
      ],
    }),
  );
  const over = [9, 10, 15, 20, 30].map((ms) => at(limits, T0 + ms)?.limit);
  expect(over).toEqual([undefined, 100, 80, 60, 80]);
  expect([...stationLimitInstants(limits[0] ?? raise())]).toEqual(
    expect.arrayContaining([T0 + 10, T0 + 15, T0 + 20, T0 + 30, T0 + STATION_LIMIT_HOLDS_MS]),
  );
});

test('a limit of which nobody said how much limits nothing', () => {
  expect(at(held(told(0, { schedules: [] })))).toBeUndefined();
});

test('a newer notice of the same source and EVSE takes the place of the older one', () => {
  expect(at(held(told(60), told(120)))?.limit).toBe(120);
});

test('a limit that nobody tells anew is forgotten', () => {
  const limits = held(told(60));
  expect(at(limits, T0 + STATION_LIMIT_HOLDS_MS - 1)?.limit).toBe(60);
  expect(at(limits, T0 + STATION_LIMIT_HOLDS_MS)).toBeUndefined();
});

test('the end of a limit is that of its source: on one EVSE, or wherever it is', () => {
  const limits = held(told(60), told(70, { evse: 1 }), told(80, { evse: 1, source: 'SO' }));
  const left = (evse: number) => withoutStationLimit(limits, { evse, source: 'EMS' }).map((each) => each.evse);
  expect(left(1)).toEqual([0, 1]);
  expect(left(0)).toEqual([1]);
  expect(left(2)).toHaveLength(3);
});

test('one limit over the bound of a station is not kept; one that is known is still told anew', () => {
  const many = held(...Array.from({ length: MAX_LIMITS_OF_STATION + 1 }, (_, n) => told(60, { evse: n })));
  expect(many).toHaveLength(MAX_LIMITS_OF_STATION);
  expect(withStationLimit(many, told(90, { evse: 1 }), T0).map(({ evse }) => evse)).toContain(1);
  // What has run out makes room.
  expect(withStationLimit(many, told(60, { source: 'SO' }), T0 + STATION_LIMIT_HOLDS_MS)).toHaveLength(1);
});

test('K09, K13: what a station was asked for after it was told, and does not name, is missing; what was told since, or is named, is not', () => {
  const limits = held(told(60), told(70, { evse: 1 }), told(80, { evse: 1, source: 'SO' }));
  const missing = (listed: readonly Pick<StationLimit, 'evse' | 'source'>[], known = limits) =>
    missingFrom(limits, listed, { known, nowMs: T0 }).map(({ evse, source }) => `${evse} ${source}`);
  expect(missing([])).toEqual(['0 EMS', '1 EMS', '1 SO']);
  expect(missing([{ evse: 1, source: 'EMS' }])).toEqual(['0 EMS', '1 SO']);
  expect(missing([], [])).toEqual([]);
  const toldSince = withStationLimit(limits, told(60), epochMs(T0 + 5));
  expect(missing([], toldSince)).toEqual(['1 EMS', '1 SO']);
  // What has ended by its own words, or named no amount, holds nobody down.
  const over = held(
    told(60, { schedules: [] }),
    told(60, { evse: 1, schedules: [{ unit: 'A', steps: [], untilMs: T0 }] }),
  );
  expect(missingFrom(over, [], { known: over, nowMs: T0 })).toEqual([]);
  expect(missingFrom(limits, [], { known: limits, nowMs: T0 + STATION_LIMIT_HOLDS_MS })).toEqual([]);
});

test('K13: what is missing limits nothing any more, until it is told anew', () => {
  const limits = held(told(60), told(70, { source: 'SO' }));
  const missing = missingFrom(limits, [{ evse: 0, source: 'SO' }], { known: limits, nowMs: T0 });
  expect(at(withUnlisted(limits, missing))).toEqual({ limit: 70, source: 'SO' });
  expect(withoutMissing(limits, missing).map(({ source }) => source)).toEqual(['SO']);
  // That of this time, and not of the one before, whenever it is read.
  const anew = withStationLimit(limits, told(50), epochMs(T0 + 5));
  expect(at(withUnlisted(anew, missing), epochMs(T0 + 5))?.limit).toBe(50);
  expect(withoutMissing(anew, missing)).toHaveLength(2);
  expect(at(withStationLimit(withUnlisted(limits, missing), told(40), epochMs(T0 + 5)), epochMs(T0 + 5))?.limit).toBe(
    40,
  );
});

test('MD12: watts of a DC station are those of its output, and its amperes say nothing of its supply', () => {
  const dc = { outputMaxW: 50_000, efficiencyPercent: 90, powerFactorPercent: 95 };
  const of = (unit: 'A' | 'W', limit: number) =>
    stationLimitAt(held(told(0, { schedules: [{ unit, steps: [{ fromMs: T0, limit }] }] })), {
      ...{ evse: { evse: 1, dc }, phases: 3, nominalVoltageV: 230, nowMs: T0 },
    })?.limit;
  expect(of('W', 20_000)).toBe(377);
  expect(of('A', 300)).toBeUndefined();
});

function raise(): never {
  throw new Error('nothing held');
}
