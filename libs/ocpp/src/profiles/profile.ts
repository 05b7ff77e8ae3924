import type { EpochMs, EvseNumber } from '@headroom/kernel';
import type { OcppVersion } from '../canonical.ts';

/** Versions whose charging profiles are understood. */
export const PROFILE_VERSIONS = ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const;
export type ProfileVersion = OcppVersion;

/** What a profile is for (1.6 3.13.1, 2.x K01). `priority` and `local-generation` are of 2.1; `external-constraints` is not of 1.6. */
export type Purpose =
  | 'external-constraints'
  | 'station-max'
  | 'tx-default'
  | 'tx'
  /** Overrules `tx` and `tx-default` of a transaction for which priority charging was switched on (2.1 K21, K22). */
  | 'priority'
  /** Power made on the site: added to what the others allow (2.1 part 2, block K, 3.6). */
  | 'local-generation';

export type ProfileKind = 'absolute' | 'recurring' | 'relative' | 'dynamic';
export type Recurrence = 'daily' | 'weekly';

/** Of every amount of a schedule: A of each phase conductor, or W. */
export type RateUnit = 'A' | 'W';

/** 2.1 (Q01): what the EVSE follows in a period. The earlier versions know `ChargingOnly` alone. */
export const OPERATION_MODES = [
  'Idle',
  'ChargingOnly',
  'CentralSetpoint',
  'ExternalSetpoint',
  'ExternalLimits',
  'CentralFrequency',
  'LocalFrequency',
  'LocalLoadBalancing',
] as const;
export type OperationMode = (typeof OPERATION_MODES)[number];

/**
 * An amount of a period: a whole number of the schedule's unit, deci-amps or watts. `all` alone: A of each phase in use, W of all
 * of them together. With `l2` or `l3` (2.1) `all` is that of L1, and a phase without one of its own has that of L1 too.
 */
export interface Rate {
  readonly all?: number;
  readonly l2?: number;
  readonly l3?: number;
}

export interface FreqWattPoint {
  readonly frequencyMilliHz: number;
  readonly powerW: number;
}

/** One step of a schedule. It lasts until the next one starts, or the schedule ends. */
export interface Period {
  /** After the start of the schedule. */
  readonly startS: number;
  /** Never more than this. Absent (2.1, for some modes): the period leads, and limits nothing. */
  readonly limit?: Rate;
  /** 2.1. At most 0: how far a car may discharge. */
  readonly dischargeLimit?: Rate;
  /** 2.1. To be followed as closely as possible; below 0 the car discharges. */
  readonly setpoint?: Rate;
  readonly setpointReactive?: Rate;
  /** AC: phases that may be used. Absent: 3 (2.x K01.FR.49; 1.6 7.14). */
  readonly numberPhases?: number;
  /** 2.x. With one phase only: which. */
  readonly phaseToUse?: number;
  /** Absent: `ChargingOnly`. */
  readonly operationMode?: OperationMode;
  readonly evseSleep?: boolean;
  readonly baselineW?: number;
  readonly freqWattCurve?: readonly FreqWattPoint[];
}

/**
 * The start of a schedule. `local` (2.1 `useLocalTime`): what the clock on the station's wall shows, as if it were UTC; which instant
 * that is depends on its time zone.
 */
export type ScheduleStart =
  | { readonly kind: 'instant'; readonly atMs: EpochMs }
  | { readonly kind: 'local'; readonly wallMs: number };

export interface Schedule {
  /** 2.x only. */
  readonly id?: number;
  readonly unit: RateUnit;
  /** Absent: it counts from the start of the transaction. */
  readonly start?: ScheduleStart;
  /** Absent: the last period has no end of its own. */
  readonly durationS?: number;
  /** By ascending `startS` (K01.FR.35). */
  readonly periods: readonly Period[];
  /** Whole deci-amps or watts. Below it charging is not worth while: a hint to who shares, never a limit. */
  readonly minChargingRate?: number;
  /** 2.1. Of a car that is fuller than this, a limit more. */
  readonly limitAtSoc?: { readonly socPercent: number; readonly limit: number };
  /** 2.1. The station delays each step by a random time up to this. No composite of ours knows the times that it drew. */
  readonly randomizedDelayS?: number;
  /** 2.1. Turns of a recurring schedule begin at the same time of the clock on the wall. Set also where there is no `start`. */
  readonly useLocalTime?: boolean;
}

/** A charging profile, whatever the version that said it. Immutable. Instants are those of the station's clock. */
export interface Profile {
  readonly id: number;
  readonly purpose: Purpose;
  /** Higher ones lead, among profiles of the same purpose only (LB2, LB3). */
  readonly stackLevel: number;
  readonly kind: ProfileKind;
  /** Of a recurring one. */
  readonly recurrence?: Recurrence;
  /** The first instant at which it may speak, and the first at which it no longer may. */
  readonly validFromMs?: EpochMs;
  readonly validToMs?: EpochMs;
  /** Of a `tx` profile. Absent: of whatever transaction runs (1.6; 2.x K05). */
  readonly transactionId?: string;
  /** One; up to three for ISO 15118 (2.x). */
  readonly schedules: readonly Schedule[];
  /** 2.1. Silent while the station has been without its CSMS for so long; 0: at once. */
  readonly maxOfflineS?: number;
  /** 2.1. Silent for ever once that has happened. */
  readonly invalidAfterOffline?: boolean;
  /** 2.1, of a dynamic one. */
  readonly updateIntervalS?: number;
  readonly updatedAtMs?: EpochMs;
}

/** A profile in a station: where it was put. */
export interface InstalledProfile {
  /** 0: the station as a whole. */
  readonly evse: EvseNumber;
  readonly profile: Profile;
  /** On the station's clock. Only the duration of a dynamic profile that was never updated counts from here. */
  readonly installedAtMs?: EpochMs;
}

/** A transaction as profiles see it. */
export interface RunningTransaction {
  readonly transactionId: string;
  /** On the station's clock. */
  readonly startedAtMs: EpochMs;
  /** Priority charging was switched on for it (2.1 K21, K22). */
  readonly priority?: boolean;
  /** What the car says; absent: unknown, and `limitAtSoc` holds nothing back. */
  readonly socPercent?: number;
}
