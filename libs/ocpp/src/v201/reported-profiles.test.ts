import { expect, test } from '@jest/globals';
import { codecOf } from '../codec.ts';
import type { JsonObject } from '../json.ts';
import { schemaViolation } from '../validate.ts';
import { MAX_REPORTED_PROFILES } from './reported-profiles.ts';

const NOW = Date.UTC(2026, 10, 26, 8);
const schedule = (...limits: readonly unknown[]) => ({
  ...{ id: 1, chargingRateUnit: 'A' },
  chargingSchedulePeriod: limits.map((limit, n) => ({ startPeriod: n * 60, limit })),
});
const profile = (change: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id: 11, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative' },
  chargingSchedule: [schedule(6)],
  ...change,
});
const report = (...chargingProfile: readonly object[]) =>
  ({ requestId: 7, evseId: 1, chargingLimitSource: 'CSO', chargingProfile }) as unknown as JsonObject;
const read = (payload: JsonObject) => {
  const reading = codecOf('ocpp2.0.1').toCanonical('ReportChargingProfiles', payload, NOW);
  if (reading.kind !== 'request' || reading.request.kind !== 'profiles-reported') throw new Error(reading.kind);
  return reading.request;
};

test('2.0.1 ReportChargingProfiles: of each profile its place and its highest limit, rounded up', () => {
  const payload = report(
    profile(),
    profile({ id: 77, stackLevel: 3, chargingSchedule: [schedule(6, 16.01), schedule(8)] }),
  );
  expect(schemaViolation('ocpp2.0.1', 'ReportChargingProfiles', 'req', payload)).toBeUndefined();
  expect(read(payload)).toEqual({
    kind: 'profiles-reported',
    ...{ requestId: 7, evse: 1, source: 'CSO', isContinued: false, isTruncated: false, external: [] },
    profiles: [
      { profileId: 11, stackLevel: 0, purpose: 'TxDefaultProfile', unit: 'A', most: 60 },
      { profileId: 77, stackLevel: 3, purpose: 'TxDefaultProfile', unit: 'A', most: 161 },
    ],
  });
});

test.each([
  ['no schedule', { chargingSchedule: [] }],
  ['a period without a limit', { chargingSchedule: [schedule(6, undefined)] }],
  ['a limit that is none', { chargingSchedule: [schedule('lots')] }],
  ['a limit below 0, by which some mean that there is none (H87)', { chargingSchedule: [schedule(6, -1)] }],
  ['schedules in two units', { chargingSchedule: [schedule(6), { ...schedule(6), chargingRateUnit: 'W' }] }],
])('a profile with %s has no limit that is known', (_, change) => {
  expect(read(report(profile(change))).profiles[0]).not.toHaveProperty('most');
});

test('H33: what cannot be read of a profile is the least of it, never the message', () => {
  expect(read(report({}, profile({ id: '11', stackLevel: '2' }))).profiles).toMatchObject([
    { profileId: 0, stackLevel: 0, purpose: '' },
    { profileId: 11, stackLevel: 2, most: 60 },
  ]);
  expect(codecOf('ocpp2.0.1').toCanonical('ReportChargingProfiles', {}, NOW).kind).toBe('missing');
});

const at = (ms: number) => new Date(NOW + ms).toISOString();
const lasting = (duration: number) => ({ ...schedule(6), startSchedule: at(0), duration });
test.each([
  ['that is valid to an instant', { validTo: at(90_000) }, NOW + 90_000],
  [
    'of absolute schedules',
    { chargingProfileKind: 'Absolute', chargingSchedule: [lasting(60), lasting(30)] },
    NOW + 60_000,
  ],
  [
    'that is void before its schedules end',
    { chargingProfileKind: 'Absolute', chargingSchedule: [lasting(60)], validTo: at(20_000) },
    NOW + 20_000,
  ],
  [
    'of which one schedule has no end',
    { chargingProfileKind: 'Absolute', chargingSchedule: [lasting(60), schedule(6)] },
    undefined,
  ],
  ['that recurs', { chargingProfileKind: 'Recurring', chargingSchedule: [lasting(60)] }, undefined],
  ['with an end that is none', { validTo: 'soon' }, undefined],
])('until when it holds: a profile %s', (_, change, endsAtMs) => {
  expect(read(report(profile(change))).profiles[0]?.endsAtMs).toBe(endsAtMs);
});

test('2.1: the highest of the phases counts, in watts as if all had it', () => {
  const step = { startPeriod: 0, limit: 10, limit_L2: 16, limit_L3: 12 };
  const of = (chargingRateUnit: string) =>
    read(report(profile({ chargingSchedule: [{ id: 1, chargingRateUnit, chargingSchedulePeriod: [step] }] })));
  expect([of('A').profiles[0]?.most, of('W').profiles[0]?.most]).toEqual([160, 48]);
});

test('2.1: watts of three phases are those of each, though they are alike', () => {
  const step = { startPeriod: 0, limit: 3_680, limit_L2: 3_680, limit_L3: 3_680 };
  const schedules = [{ id: 1, chargingRateUnit: 'W', chargingSchedulePeriod: [step] }];
  expect(read(report(profile({ chargingSchedule: schedules }))).profiles[0]?.most).toBe(11_040);
});

test('one profile over the bound is left out, and that is told', () => {
  const { profiles, isTruncated } = read(report(...Array.from({ length: MAX_REPORTED_PROFILES + 1 }, () => profile())));
  expect([profiles.length, isTruncated]).toEqual([MAX_REPORTED_PROFILES, true]);
});

test('K11: of what others have put on the station only what is anchored in time is told as a limit', () => {
  const external = { chargingProfilePurpose: 'ChargingStationExternalConstraints' };
  const { external: told } = read(
    report(
      profile(external),
      profile({ ...external, chargingProfileKind: 'Absolute', chargingSchedule: [schedule(10)] }),
    ),
  );
  expect(told).toEqual([{ unit: 'A', steps: [{ fromMs: NOW, limit: 100 }] }]);
});
