import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OCPP_VERSIONS } from '../canonical.ts';
import { codecOf } from '../codec.ts';
import { MAX_SCHEDULE_PERIODS } from '../from-canonical.ts';
import type { JsonObject } from '../json.ts';
import { schemaViolation } from '../validate.ts';
import { capabilitiesOf, MAX_PROFILES, MAX_STACK_LEVEL } from './capabilities-of.ts';
import { reportedSettings } from './settings.ts';

/** The answer of a station of 1.6 with these keys. */
const configuration = (keys: Readonly<Record<string, string>>): JsonObject => ({
  configurationKey: Object.entries(keys).map(([key, value]) => ({ key, value, readonly: true })),
  unknownKey: [],
});
const variables = (of: Readonly<Record<string, string>>): JsonObject => ({
  getVariableResult: Object.entries(of).map(([name, attributeValue]) => ({
    attributeStatus: 'Accepted',
    attributeValue,
    component: { name: 'SmartChargingCtrlr' },
    variable: { name },
  })),
});

const FULL_16 = {
  ChargeProfileMaxStackLevel: '8',
  ChargingScheduleAllowedChargingRateUnit: 'Current,Power',
  ChargingScheduleMaxPeriods: '6',
  MaxChargingProfilesInstalled: '4',
  ConnectorSwitch3to1PhaseSupported: 'true',
};
const read16 = (keys: Readonly<Record<string, string>>) =>
  capabilitiesOf('ocpp1.6', reportedSettings('ocpp1.6', configuration(keys)));

test('1.6: the five keys of smart charging are asked for, and read', () => {
  expect(codecOf('ocpp1.6').commandCalls({ kind: 'read-capabilities' })).toEqual({
    kind: 'calls',
    calls: [{ action: 'GetConfiguration', payload: { key: Object.keys(FULL_16) } }],
  });
  expect(read16(FULL_16)).toEqual({
    capabilities: {
      smartCharging: true,
      units: ['A', 'W'],
      maxStackLevel: 8,
      maxPeriods: 6,
      maxProfiles: 4,
      phaseSwitching: true,
    },
    remarks: [],
  });
});

test('2.0.1: the variables of SmartChargingCtrlr are asked for, and read', () => {
  const wording = codecOf('ocpp2.0.1').commandCalls({ kind: 'read-capabilities' });
  expect(JSON.stringify(wording)).toContain(
    '{"component":{"name":"SmartChargingCtrlr"},"variable":{"name":"RateUnit"}}',
  );
  const reported = reportedSettings(
    'ocpp2.0.1',
    variables({ Enabled: 'false', ProfileStackLevel: '3', RateUnit: 'W', PeriodsPerSchedule: '1', Entries: '2' }),
  );
  expect(capabilitiesOf('ocpp2.0.1', reported)).toEqual({
    capabilities: {
      smartCharging: false,
      units: ['W'],
      maxStackLevel: 3,
      maxPeriods: 1,
      maxProfiles: 2,
      phaseSwitching: false,
    },
    remarks: ['it has charging profiles switched off'],
  });
});

test('what is asked fits the schemas of both versions', () => {
  for (const version of OCPP_VERSIONS) {
    const wording = codecOf(version).commandCalls({ kind: 'read-capabilities' });
    if (wording.kind !== 'calls') throw new Error(wording.why);
    for (const { action, payload } of wording.calls) {
      expect(schemaViolation(version, action, 'req', payload)).toBeUndefined();
    }
  }
});

test.each([
  ['"Current"', ['A']],
  ['["Current","Power"]', ['A', 'W']],
  ['Power', ['W']],
  ['[Power', ['W']],
  ['A;W', ['A', 'W']],
  ['', ['A']],
  ['kW', ['A']],
  ['constructor', ['A']],
])('H44, H83: units said as %s are %j', (text, units) => {
  expect(read16({ ...FULL_16, ChargingScheduleAllowedChargingRateUnit: text }).capabilities.units).toEqual(units);
});

test('H75, H81: what is missing or absurd is taken on the safe side, and said', () => {
  expect(read16({ chargeprofilemaxstacklevel: ' 2 ', ChargingScheduleMaxPeriods: '0' })).toEqual({
    capabilities: { smartCharging: true, units: ['A'], maxStackLevel: 2, maxPeriods: 1, phaseSwitching: false },
    remarks: [
      'MaxChargingProfilesInstalled is not told: taken as 0',
      'ChargingScheduleAllowedChargingRateUnit is not told: taken as A',
      'ChargingScheduleMaxPeriods is "0": taken as 1',
    ],
  });
  expect(read16({ ...FULL_16, ChargeProfileMaxStackLevel: '-1' })).toMatchObject({
    capabilities: { maxStackLevel: 0 },
    remarks: ['ChargeProfileMaxStackLevel is "-1": taken as 0'],
  });
});

test('what is larger than anybody uses is bounded, and said', () => {
  const { capabilities, remarks } = read16({
    ...FULL_16,
    ChargeProfileMaxStackLevel: `${MAX_STACK_LEVEL + 1}`,
    ChargingScheduleMaxPeriods: '999999999999',
    MaxChargingProfilesInstalled: `${MAX_PROFILES + 1}`,
  });
  const bounded = { maxStackLevel: MAX_STACK_LEVEL, maxPeriods: MAX_SCHEDULE_PERIODS, maxProfiles: MAX_PROFILES };
  expect(capabilities).toMatchObject(bounded);
  expect(remarks).toHaveLength(3);
});

test('no answer, whatever it is, throws, or leads beyond the bounds', () => {
  fc.assert(
    fc.property(fc.constantFrom(...OCPP_VERSIONS), fc.jsonValue(), fc.string(), (version, json, text) => {
      const payload = { configurationKey: json, getVariableResult: json } as JsonObject;
      for (const reported of [
        reportedSettings(version, payload),
        reportedSettings(version, payload).map(({ name }) => ({ name, value: text })),
      ]) {
        const { capabilities } = capabilitiesOf(version, reported);
        expect(capabilities.units.length).toBeGreaterThan(0);
        expect(capabilities.maxStackLevel >= 0 && capabilities.maxStackLevel <= MAX_STACK_LEVEL).toBe(true);
        expect(capabilities.maxPeriods >= 1 && capabilities.maxPeriods <= MAX_SCHEDULE_PERIODS).toBe(true);
        expect(capabilities.maxProfiles === undefined || capabilities.maxProfiles >= 1).toBe(true);
      }
    }),
    { numRuns: 500, seed: 81 },
  );
});
