import { wordIn } from '../json.ts';
import type { ProfileKind, ProfileVersion, Purpose, Recurrence } from './profile.ts';

/** What each version calls things. What is not here it cannot say. */
const PURPOSES_2X = {
  ChargingStationExternalConstraints: 'external-constraints',
  ChargingStationMaxProfile: 'station-max',
  TxDefaultProfile: 'tx-default',
  TxProfile: 'tx',
} as const satisfies Readonly<Record<string, Purpose>>;

const PURPOSES: Readonly<Record<ProfileVersion, Readonly<Record<string, Purpose>>>> = {
  'ocpp1.6': { ChargePointMaxProfile: 'station-max', TxDefaultProfile: 'tx-default', TxProfile: 'tx' },
  'ocpp2.0.1': PURPOSES_2X,
  'ocpp2.1': { ...PURPOSES_2X, PriorityCharging: 'priority', LocalGeneration: 'local-generation' },
};

const KINDS_BEFORE_21 = { Absolute: 'absolute', Recurring: 'recurring', Relative: 'relative' } as const;
const KINDS: Readonly<Record<ProfileVersion, Readonly<Record<string, ProfileKind>>>> = {
  'ocpp1.6': KINDS_BEFORE_21,
  'ocpp2.0.1': KINDS_BEFORE_21,
  'ocpp2.1': { ...KINDS_BEFORE_21, Dynamic: 'dynamic' },
};

const RECURRENCES: Readonly<Record<string, Recurrence>> = { Daily: 'daily', Weekly: 'weekly' };

export const purposeOf = (version: ProfileVersion, word: string): Purpose | undefined =>
  wordIn(PURPOSES[version], word);
export const kindOf = (version: ProfileVersion, word: string): ProfileKind | undefined => wordIn(KINDS[version], word);
export const recurrenceOf = (word: string): Recurrence | undefined => wordIn(RECURRENCES, word);

export type Level = 'profile' | 'schedule' | 'period';

const SINCE_21: Readonly<Record<Level, readonly string[]>> = {
  profile: ['maxOfflineDuration', 'invalidAfterOfflineDuration', 'dynUpdateInterval', 'dynUpdateTime'],
  schedule: ['limitAtSoC', 'powerTolerance', 'useLocalTime', 'randomizedDelay'],
  period: [
    'limit_L2',
    'limit_L3',
    'dischargeLimit',
    'dischargeLimit_L2',
    'dischargeLimit_L3',
    'setpoint',
    'setpoint_L2',
    'setpoint_L3',
    'setpointReactive',
    'setpointReactive_L2',
    'setpointReactive_L3',
    'preconditioningRequest',
    'evseSleep',
    'v2xBaseline',
    'operationMode',
    'v2xFreqWattCurve',
    'v2xSignalWattCurve',
  ],
};
const SINCE_20: Readonly<Record<Level, readonly string[]>> = { profile: [], schedule: [], period: ['phaseToUse'] };

/** Fields that a later version has and this one has not. They bear on what flows, so they are not passed over in silence. */
export function laterFields(version: ProfileVersion, level: Level): readonly string[] {
  if (version === 'ocpp2.1') return [];
  return version === 'ocpp2.0.1' ? SINCE_21[level] : [...SINCE_20[level], ...SINCE_21[level]];
}
