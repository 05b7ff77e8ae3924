import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { read, V16, V2 } from './test-support/messages.ts';

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
