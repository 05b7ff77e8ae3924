import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { validatorName } from './schema-names.ts';
import { isKnownAction, isTolerable, schemaViolation } from './validate.ts';

const require = createRequire(import.meta.url);

test.each([
  ['ocpp1_6', 78],
  ['ocpp2_0_1', 128],
  ['ocpp2_1', 181],
])('OC-12: the validators of %s have %d distinct names', (file, count) => {
  const schemas = require(`ocpp-rpc/lib/schemas/${file}.json`) as readonly { readonly $id: string }[];
  const names = schemas.map((schema) => validatorName(schema.$id));
  expect(names).toHaveLength(count);
  expect(new Set(names).size).toBe(count);
  expect(names.filter((name) => !/_(req|res)$/.test(name))).toEqual(
    file === 'ocpp2_1' ? ['NotifyPeriodicEventStream_send'] : [],
  );
});

const profile = (limit: number) => ({
  connectorId: 1,
  csChargingProfiles: {
    chargingProfileId: 1,
    stackLevel: 1,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
  },
});

test('OC-13: each of the 401 one-decimal limits from 0 to 40 A is accepted, two decimals are not', () => {
  const refused = Array.from({ length: 401 }, (_, deciA) => deciA / 10).filter(
    (limit) => schemaViolation('ocpp1.6', 'SetChargingProfile', 'req', profile(limit)) !== undefined,
  );
  expect(refused).toEqual([]);
  for (const limit of [8.15, 8.101]) {
    expect(schemaViolation('ocpp1.6', 'SetChargingProfile', 'req', profile(limit))).toMatchObject({
      keyword: 'multipleOf',
    });
  }
});

test('OC-15, OC-16: a missing zone and an unknown field are violations, and tolerable ones', () => {
  const status = { connectorId: 1, errorCode: 'NoError', status: 'Available' };
  const noZone = schemaViolation('ocpp1.6', 'StatusNotification', 'req', {
    ...status,
    timestamp: '2026-11-21T08:00:00',
  });
  const extra = schemaViolation('ocpp1.6', 'StatusNotification', 'req', { ...status, more: 1 });
  const absent = schemaViolation('ocpp1.6', 'StatusNotification', 'req', { status: 'Available' });
  expect([noZone, extra, absent].map((one) => one && [one.keyword, isTolerable(one)])).toEqual([
    ['format', true],
    ['additionalProperties', true],
    ['required', false],
  ]);
});

test('H74: actions are known by version, and names of prototypes are none', () => {
  expect(isKnownAction('ocpp1.6', 'StartTransaction')).toBe(true);
  expect(isKnownAction('ocpp2.0.1', 'StartTransaction')).toBe(false);
  expect(isKnownAction('ocpp2.0.1', 'TransactionEvent')).toBe(true);
  for (const action of ['constructor', '__proto__', 'toString', 'Heartbeat_req', '']) {
    expect(isKnownAction('ocpp1.6', action)).toBe(false);
  }
});
