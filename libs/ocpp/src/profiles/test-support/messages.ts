import { parseProfile } from '../parse.ts';
import type { ProfileVersion } from '../profile.ts';

export const T0 = Date.UTC(2026, 0, 12, 9);

export const V16 = {
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

export const V2 = {
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

export const V21 = {
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

export const read = (version: ProfileVersion, json: unknown) => parseProfile(version, json);
