import type { ProfileVersion } from './profile.ts';

/** Words of appendix 5 of 2.0.1 that fit a charging profile. */
type Reason201 =
  | 'DuplicateProfile'
  | 'InvalidProfile'
  | 'InvalidSchedule'
  | 'InvalidStackLevel'
  | 'InvalidValue'
  | 'MissingParam'
  | 'OutOfStorage'
  | 'TooManyElements'
  | 'TxNotFound'
  | 'UnknownEvse'
  | 'UnsupportedParam'
  | 'UnsupportedRateUnit';

/** 2.1 has those and more. */
type Reason21 =
  | Reason201
  | 'InvalidOperationMode'
  | 'InvalidProfileId'
  | 'NoFreqWattCurve'
  | 'NoPhaseForDC'
  | 'PhaseConflict'
  | 'UnsupportedKind'
  | 'UnsupportedPurpose';

interface Rule {
  /** Where the texts say so; `ours` where they leave it open. */
  readonly rule: string;
  readonly v201: Reason201;
  /** Where 2.1 has a better word. */
  readonly v21?: Reason21;
  /** 1.6 has a status only. Default: Rejected. */
  readonly v16?: 'NotSupported';
}

/** Why a profile is not taken, in our words, with the words of each version. */
export const PROBLEMS = {
  // Reading (`parseProfile`).
  'no-object': { rule: 'schema', v201: 'InvalidProfile' },
  'field-missing': { rule: 'schema', v201: 'MissingParam' },
  'field-malformed': { rule: 'schema', v201: 'InvalidValue' },
  'unknown-purpose': { rule: 'schema', v201: 'InvalidProfile', v21: 'UnsupportedPurpose', v16: 'NotSupported' },
  'unknown-kind': { rule: 'schema', v201: 'InvalidProfile', v21: 'UnsupportedKind', v16: 'NotSupported' },
  'unknown-recurrence': { rule: 'schema', v201: 'InvalidProfile' },
  'unknown-unit': { rule: 'schema', v201: 'UnsupportedRateUnit' },
  'unknown-operation-mode': { rule: 'schema', v201: 'InvalidSchedule', v21: 'InvalidOperationMode' },
  'field-of-a-later-version': { rule: 'schema', v201: 'UnsupportedParam' },

  // Who may set it, and where.
  'external-constraints-from-csms': { rule: 'K01.FR.22', v201: 'InvalidProfile', v21: 'UnsupportedPurpose' },
  'id-of-an-external-constraint': { rule: 'K01.FR.05', v201: 'DuplicateProfile' },
  'id-kept-for-external-constraints': { rule: 'K01.FR.80, K01.FR.81', v201: 'InvalidProfile', v21: 'InvalidProfileId' },
  'unknown-evse': { rule: 'K01.FR.28; 1.6 5.16', v201: 'UnknownEvse' },
  'station-max-on-an-evse': { rule: '1.6 3.13.1; 2.x block K, 3.2', v201: 'InvalidValue' },
  'tx-profile-on-the-station': { rule: 'K01.FR.16; 1.6 3.13.1', v201: 'InvalidValue' },
  'purpose-unsupported': { rule: 'K01.FR.120', v201: 'InvalidProfile', v21: 'UnsupportedPurpose', v16: 'NotSupported' },
  'store-full': { rule: '1.6 MaxChargingProfilesInstalled; 2.x ChargingProfileEntries', v201: 'OutOfStorage' },

  // The transaction.
  'transaction-id-missing': { rule: 'K01.FR.03; 1.6 5.16', v201: 'MissingParam' },
  'transaction-id-extraneous': { rule: '2.x ChargingProfileType.transactionId', v201: 'InvalidProfile' },
  'no-transaction': { rule: 'K01.FR.09; 1.6 3.13.1', v201: 'TxNotFound' },
  'other-transaction': { rule: 'K01.FR.33', v201: 'TxNotFound' },
  'transaction-id-malformed': { rule: '1.6 7.8, an integer', v201: 'InvalidValue' },

  // Stacks.
  'stack-level-negative': { rule: 'schema; 1.6 7.8', v201: 'InvalidStackLevel' },
  'stack-level-too-high': { rule: '1.6 ChargeProfileMaxStackLevel; 2.x ProfileStackLevel', v201: 'InvalidStackLevel' },
  'stack-level-taken': { rule: 'K01.FR.06', v201: 'DuplicateProfile' },
  'stack-level-taken-in-transaction': { rule: 'K01.FR.39', v201: 'DuplicateProfile' },
  'tx-default-on-station-and-evse': { rule: 'K01.FR.53', v201: 'DuplicateProfile' },

  // Kind and time.
  'kind-unsupported': { rule: 'K01.FR.121', v201: 'InvalidProfile', v21: 'UnsupportedKind', v16: 'NotSupported' },
  'relative-station-max': { rule: 'K01.FR.38; ours for 1.6', v201: 'InvalidProfile' },
  'recurrence-missing': { rule: '2.x ChargingProfileType.recurrencyKind; 1.6 7.8', v201: 'InvalidProfile' },
  'start-missing': { rule: 'K01.FR.40', v201: 'InvalidSchedule' },
  'start-extraneous': { rule: 'K01.FR.41', v201: 'InvalidSchedule' },
  'never-valid': { rule: 'ours', v201: 'InvalidProfile' },
  'duration-not-positive': { rule: 'ours', v201: 'InvalidSchedule' },
  'dynamic-fields-extraneous': { rule: 'K01.FR.122', v201: 'InvalidProfile' },
  'dynamic-not-one-period': { rule: '2.1 ChargingProfileKindEnumType', v201: 'InvalidSchedule' },
  'local-time-unsupported': { rule: 'K01.FR.123', v201: 'InvalidSchedule' },
  'randomized-delay-unsupported': { rule: 'K01.FR.124', v201: 'InvalidSchedule' },
  'randomized-delay-for-purpose': { rule: 'K01.FR.95', v201: 'InvalidSchedule' },
  'randomized-delay-negative': { rule: 'schema', v201: 'InvalidSchedule' },
  'soc-out-of-range': { rule: 'schema', v201: 'InvalidSchedule' },
  'limit-at-soc-unsupported': { rule: 'K01.FR.125', v201: 'InvalidSchedule' },
  'offline-duration-unsupported': { rule: '2.1 SupportsMaxOfflineDuration', v201: 'UnsupportedParam' },
  'priority-with-duration': { rule: 'K01.FR.70, K01.FR.73', v201: 'InvalidSchedule' },

  // Schedules and periods.
  'no-schedule': { rule: 'schema', v201: 'InvalidProfile' },
  'too-many-schedules': { rule: '2.x ChargingProfileType.chargingSchedule', v201: 'TooManyElements' },
  'no-periods': { rule: 'schema', v201: 'InvalidSchedule' },
  'too-many-periods': { rule: '1.6 ChargingScheduleMaxPeriods; 2.x PeriodsPerSchedule', v201: 'TooManyElements' },
  'first-period-not-at-zero': { rule: 'K01.FR.31; 1.6 5.16.4', v201: 'InvalidSchedule' },
  'periods-out-of-order': { rule: 'K01.FR.35', v201: 'InvalidSchedule' },
  'unit-unsupported': { rule: 'K01.FR.26; 1.6 ChargingScheduleAllowedChargingRateUnit', v201: 'UnsupportedRateUnit' },
  'limit-missing': { rule: '1.6 7.14; 2.x ChargingSchedulePeriodType.limit', v201: 'InvalidSchedule' },
  'limit-negative': { rule: '2.1 ChargingSchedulePeriodType.limit; ours before', v201: 'InvalidSchedule' },
  'discharge-limit-positive': { rule: '2.1 ChargingSchedulePeriodType.dischargeLimit', v201: 'InvalidSchedule' },

  // Phases.
  'phase-out-of-range': { rule: 'schema', v201: 'InvalidSchedule' },
  'phase-to-use-without-single-phase': { rule: 'K01.FR.19, K01.FR.48', v201: 'InvalidSchedule' },
  'phase-switching-unsupported': { rule: 'K01.FR.20, K01.FR.48', v201: 'InvalidSchedule' },
  'phases-on-dc': { rule: 'K01.FR.44', v201: 'InvalidSchedule', v21: 'NoPhaseForDC' },
  'more-phases-than-supplied': { rule: 'K01.FR.45', v201: 'InvalidSchedule' },
  'phase-conflict': { rule: 'K01.FR.141', v201: 'InvalidSchedule', v21: 'PhaseConflict' },
  'limits-per-phase-unknown-to-ev': { rule: 'K01.FR.142, K01.FR.144', v201: 'InvalidSchedule', v21: 'PhaseConflict' },
  'limits-per-phase-for-purpose': { rule: 'K01.FR.143, K01.FR.144', v201: 'InvalidSchedule', v21: 'PhaseConflict' },
  'limit-of-l1-missing': { rule: 'K01.FR.145, K01.FR.146', v201: 'InvalidSchedule', v21: 'PhaseConflict' },

  // Operation modes (2.1).
  'operation-mode-for-purpose': {
    rule: 'K01.FR.71, K01.FR.111 to K01.FR.114',
    v201: 'InvalidSchedule',
    v21: 'InvalidOperationMode',
  },
  'operation-mode-unsupported': { rule: 'K01.FR.115', v201: 'InvalidSchedule', v21: 'InvalidOperationMode' },
  'amount-for-operation-mode': { rule: '2.1 block Q, limits and setpoints per mode', v201: 'InvalidSchedule' },
  'setpoint-missing': { rule: '2.1 block Q, limits and setpoints per mode', v201: 'InvalidSchedule' },
  'frequency-curve-missing': { rule: 'Q08.FR.02', v201: 'InvalidSchedule', v21: 'NoFreqWattCurve' },
  'local-frequency-in-amperes': { rule: 'Q08.FR.05', v201: 'UnsupportedRateUnit' },
  'evse-sleep-unsupported': { rule: 'K01.FR.126', v201: 'InvalidSchedule' },
} as const satisfies Readonly<Record<string, Rule>>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProfileProblem {
  readonly code: ProblemCode;
  /** Where in the profile, in the words of the version: `chargingSchedule[0].chargingSchedulePeriod[2].limit`. Empty: as a whole. */
  readonly at: string;
}

export interface ProblemWording {
  readonly status: 'Rejected' | 'NotSupported';
  /** 2.x only. */
  readonly reasonCode?: Reason21;
}

/** What a station of that version answers to a profile with this problem. */
export function wordingOf(version: ProfileVersion, code: ProblemCode): ProblemWording {
  const { v16, v201, v21 = v201 }: Rule = PROBLEMS[code];
  switch (version) {
    case 'ocpp1.6':
      return { status: v16 ?? 'Rejected' };
    case 'ocpp2.0.1':
      return { status: 'Rejected', reasonCode: v201 };
    case 'ocpp2.1':
      return { status: 'Rejected', reasonCode: v21 };
  }
}
