import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseProfile } from './parse.ts';
import type { ProfileVersion } from './profile.ts';

const T0 = Date.UTC(2026, 0, 12, 9);

const V16 = {
  chargingProfileId: 11,
  transactionId: 4711,
  stackLevel: 1,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Absolute',
  validFrom: '2026-01-12T08:00:00Z',
  validTo: '2026-01-13T08:00:00Z',
  chargingSchedule: {
    duration: 600,
    startSchedule: '2026-01-12T10:00:00+01:00',
    chargingRateUnit: 'A',
    minChargingRate: 6.01,
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 16.29, numberPhases: 3 },
      { startPeriod: 60, limit: 0.3 },
    ],
  },
};

const V2 = {
  id: -3,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Recurring',
  recurrencyKind: 'Weekly',
  chargingSchedule: [
    {
      id: 1,
      startSchedule: '2026-01-12T09:00:00Z',
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000.9, numberPhases: 1, phaseToUse: 2 }],
    },
  ],
};

const V21 = {
  id: 7,
  stackLevel: 2,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Dynamic',
  transactionId: 'tx-1',
  maxOfflineDuration: 300,
  invalidAfterOfflineDuration: true,
  dynUpdateInterval: 30,
  dynUpdateTime: '2026-01-12T09:00:00Z',
  chargingSchedule: [
    {
      id: 1,
      chargingRateUnit: 'A',
      useLocalTime: true,
      randomizedDelay: 5,
      limitAtSoC: { soc: 80, limit: 16 },
      chargingSchedulePeriod: [
        {
          startPeriod: 0,
          operationMode: 'CentralSetpoint',
          limit: 32,
          limit_L2: 16,
          dischargeLimit: -10.05,
          setpoint: -6.55,
          setpointReactive: 1,
          evseSleep: false,
          v2xBaseline: 1_000,
          v2xFreqWattCurve: [{ frequency: 49.9, power: 500 }],
        },
      ],
    },
  ],
};

const read = (version: ProfileVersion, json: unknown) => parseProfile(version, json);

describe('a profile of a message', () => {
  test('1.6 7.8: limits round down to 0.1 A, the minimum up, and times are instants', () => {
    expect(read('ocpp1.6', V16)).toEqual({
      kind: 'ok',
      value: {
        id: 11,
        transactionId: '4711',
        stackLevel: 1,
        purpose: 'tx',
        kind: 'absolute',
        validFromMs: T0 - 3_600_000,
        validToMs: T0 + 23 * 3_600_000,
        schedules: [
          {
            unit: 'A',
            durationS: 600,
            start: { kind: 'instant', atMs: T0 },
            minChargingRate: 61,
            periods: [
              { startS: 0, limit: { all: 162 }, numberPhases: 3 },
              { startS: 60, limit: { all: 3 } },
            ],
          },
        ],
      },
    });
  });

  test('2.0.1: a list of schedules, negative ids, the phase to use, whole W', () => {
    expect(read('ocpp2.0.1', V2)).toEqual({
      kind: 'ok',
      value: {
        id: -3,
        stackLevel: 0,
        purpose: 'tx-default',
        kind: 'recurring',
        recurrence: 'weekly',
        schedules: [
          {
            id: 1,
            unit: 'W',
            start: { kind: 'instant', atMs: T0 },
            periods: [{ startS: 0, limit: { all: 11_000 }, numberPhases: 1, phaseToUse: 2 }],
          },
        ],
      },
    });
  });

  test('2.1: amounts per phase and in both directions, never larger than said', () => {
    expect(read('ocpp2.1', V21)).toEqual({
      kind: 'ok',
      value: {
        id: 7,
        stackLevel: 2,
        purpose: 'tx',
        kind: 'dynamic',
        transactionId: 'tx-1',
        maxOfflineS: 300,
        invalidAfterOffline: true,
        updateIntervalS: 30,
        updatedAtMs: T0,
        schedules: [
          {
            id: 1,
            unit: 'A',
            useLocalTime: true,
            randomizedDelayS: 5,
            limitAtSoc: { socPercent: 80, limit: 160 },
            periods: [
              {
                startS: 0,
                operationMode: 'CentralSetpoint',
                limit: { all: 320, l2: 160 },
                dischargeLimit: { all: -100 },
                setpoint: { all: -65 },
                setpointReactive: { all: 10 },
                evseSleep: false,
                baselineW: 1_000,
                freqWattCurve: [{ frequencyMilliHz: 49_900, powerW: 500 }],
              },
            ],
          },
        ],
      },
    });
  });

  test('2.1 useLocalTime: the zone that a start names is disregarded', () => {
    const starts = [
      '2026-03-29T07:00:00+02:00',
      '2026-03-29T07:00:00Z',
      '2026-03-29T07:00:00-0530',
      '2026-03-29T07:00:00',
    ];
    const found = starts.map((startSchedule) => {
      const schedule = { ...V2.chargingSchedule[0], useLocalTime: true, startSchedule };
      return read('ocpp2.1', { ...V2, chargingSchedule: [schedule] });
    });
    const start = { kind: 'local', wallMs: Date.UTC(2026, 2, 29, 7) };
    for (const one of found) expect(one).toMatchObject({ value: { schedules: [{ start }] } });
  });

  test('H33, H71: null is absent, a number may be text, and a field that no version knows is passed over', () => {
    const odd = { ...V2, validFrom: null, stackLevel: '0', customData: { vendorId: 'x' }, colour: 'red' };
    expect(read('ocpp2.0.1', odd)).toEqual(read('ocpp2.0.1', V2));
  });

  test('so much that it means "no limit" stays a number that can be reckoned with', () => {
    const schedule = { ...V2.chargingSchedule[0], chargingSchedulePeriod: [{ startPeriod: 0, limit: 1e300 }] };
    expect(read('ocpp2.0.1', { ...V2, chargingSchedule: [schedule] })).toMatchObject({
      value: { schedules: [{ periods: [{ limit: { all: 1e9 } }] }] },
    });
  });
});

const without = (json: object, key: string) =>
  Object.fromEntries(Object.entries(json).filter(([name]) => name !== key));
const withPeriod = (period: object) => ({
  ...V2,
  chargingSchedule: [{ ...V2.chargingSchedule[0], chargingSchedulePeriod: [period] }],
});

describe('what cannot be read is named', () => {
  test.each([
    ['ocpp2.0.1', 'text', 'no-object', ''],
    ['ocpp2.0.1', without(V2, 'id'), 'field-missing', 'id'],
    ['ocpp1.6', without(V16, 'chargingSchedule'), 'field-missing', 'chargingSchedule'],
    ['ocpp1.6', { ...V16, chargingSchedule: [V16.chargingSchedule] }, 'field-malformed', 'chargingSchedule'],
    ['ocpp2.0.1', { ...V2, chargingSchedule: V2.chargingSchedule[0] }, 'field-malformed', 'chargingSchedule'],
    ['ocpp2.0.1', { ...V2, chargingSchedule: ['x'] }, 'field-malformed', 'chargingSchedule[0]'],
    ['ocpp2.0.1', { ...V2, stackLevel: 1.5 }, 'field-malformed', 'stackLevel'],
    ['ocpp2.0.1', { ...V2, validTo: 'tomorrow' }, 'field-malformed', 'validTo'],
    [
      'ocpp1.6',
      { ...V16, chargingProfilePurpose: 'ChargingStationMaxProfile' },
      'unknown-purpose',
      'chargingProfilePurpose',
    ],
    ['ocpp2.0.1', { ...V2, chargingProfilePurpose: 'PriorityCharging' }, 'unknown-purpose', 'chargingProfilePurpose'],
    ['ocpp2.0.1', { ...V2, chargingProfilePurpose: 'constructor' }, 'unknown-purpose', 'chargingProfilePurpose'],
    ['ocpp2.0.1', { ...V2, chargingProfileKind: 'Dynamic' }, 'unknown-kind', 'chargingProfileKind'],
    ['ocpp2.0.1', { ...V2, recurrencyKind: 'Monthly' }, 'unknown-recurrence', 'recurrencyKind'],
    [
      'ocpp2.0.1',
      { ...V2, chargingSchedule: [{ ...V2.chargingSchedule[0], chargingRateUnit: 'kW' }] },
      'unknown-unit',
      'chargingSchedule[0].chargingRateUnit',
    ],
    ['ocpp2.0.1', { ...V2, maxOfflineDuration: 9 }, 'field-of-a-later-version', 'maxOfflineDuration'],
    [
      'ocpp2.0.1',
      withPeriod({ startPeriod: 0, limit: 1, limit_L2: 1 }),
      'field-of-a-later-version',
      'chargingSchedule[0].chargingSchedulePeriod[0].limit_L2',
    ],
    [
      'ocpp1.6',
      {
        ...V16,
        chargingSchedule: {
          ...V16.chargingSchedule,
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 1, phaseToUse: 1 }],
        },
      },
      'field-of-a-later-version',
      'chargingSchedule.chargingSchedulePeriod[0].phaseToUse',
    ],
    [
      'ocpp2.0.1',
      { ...V2, chargingSchedule: [{ ...V2.chargingSchedule[0], useLocalTime: false }] },
      'field-of-a-later-version',
      'chargingSchedule[0].useLocalTime',
    ],
    [
      'ocpp2.0.1',
      withPeriod({ startPeriod: 0 }),
      'field-missing',
      'chargingSchedule[0].chargingSchedulePeriod[0].limit',
    ],
    [
      'ocpp2.0.1',
      withPeriod({ startPeriod: 0, limit: 'much' }),
      'field-malformed',
      'chargingSchedule[0].chargingSchedulePeriod[0].limit',
    ],
    [
      'ocpp2.1',
      withPeriod({ startPeriod: 0, operationMode: 'Sleeping' }),
      'unknown-operation-mode',
      'chargingSchedule[0].chargingSchedulePeriod[0].operationMode',
    ],
    [
      'ocpp2.1',
      withPeriod({ startPeriod: 0, evseSleep: 'no' }),
      'field-malformed',
      'chargingSchedule[0].chargingSchedulePeriod[0].evseSleep',
    ],
  ] as const)('%s: %j is %s at %s', (version, json, code, at) => {
    expect(read(version, json)).toEqual({ kind: 'err', error: { code, at } });
  });

  test('more periods than any schema allows are not even looked at', () => {
    const many = Array.from({ length: 1_025 }, (_, i) => ({ startPeriod: i, limit: 1 }));
    expect(
      read('ocpp2.0.1', { ...V2, chargingSchedule: [{ ...V2.chargingSchedule[0], chargingSchedulePeriod: many }] }),
    ).toMatchObject({
      error: { code: 'field-malformed' },
    });
  });

  test('a bound that cannot be read never reads as none, whichever field is spoilt', () => {
    const spoilt = fc.constantFrom('duration', 'startSchedule', 'minChargingRate');
    fc.assert(
      fc.property(spoilt, fc.constantFrom('x', {}, [], true), (key, value) => {
        const json = { ...V16, chargingSchedule: { ...V16.chargingSchedule, [key]: value } };
        expect(read('ocpp1.6', json)).toMatchObject({
          error: { code: 'field-malformed', at: `chargingSchedule.${key}` },
        });
      }),
      { seed: 1_126 },
    );
  });

  test('whatever JSON comes, there is an answer', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('ocpp1.6' as const, 'ocpp2.0.1' as const, 'ocpp2.1' as const),
        (json, version) => {
          expect(['ok', 'err']).toContain(read(version, json).kind);
        },
      ),
      { numRuns: 300, seed: 1_126 },
    );
  });
});
