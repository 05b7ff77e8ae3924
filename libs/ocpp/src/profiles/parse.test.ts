import { describe, expect, test } from '@jest/globals';
import { read, T0, V16, V2, V21 } from './test-support/messages.ts';

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
