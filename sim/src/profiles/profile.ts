/**
 * Charging profiles as a station's firmware keeps them, in the words of OCPP 1.6 (3.13, 7.8) and 2.0.1 (K01).
 * Instants are epoch ms of the STATION's clock. Limits are in the unit the profile names: A per phase, or W in total.
 */
export type ProfilePurpose = 'station-max' | 'tx-default' | 'tx';
/** `dynamic` (2.1): one period, whose limit may be told anew. */
export type ProfileKind = 'absolute' | 'relative' | 'daily' | 'weekly' | 'dynamic';
export type RateUnit = 'A' | 'W';

/** 2.1: L1 alone stands for all phases (W: together); with one of the others each is that of its own phase. */
export interface PhaseAmounts {
  readonly l1: number;
  readonly l2?: number;
  readonly l3?: number;
}

export interface SchedulePeriod {
  readonly startS: number;
  /** Of 2.1, where its mode needs none: infinity. */
  readonly limit: number;
  /** 2.1: of phases that have a limit of their own; then `limit` is that of L1. */
  readonly limitL2?: number;
  readonly limitL3?: number;
  /** numberPhases; the standard's default is 3. Only a limit in W needs it. */
  readonly phases?: number;
  /** 2.1, 0 or less: how far a car may give back. */
  readonly discharge?: PhaseAmounts;
  /** 2.1: what is to flow; below 0 the car gives back. */
  readonly setpoint?: PhaseAmounts;
  /** 2.1 OperationModeEnumType. Absent: ChargingOnly. */
  readonly mode?: string;
}

export interface ProfileSchedule {
  readonly unit: RateUnit;
  readonly startMs?: number;
  /** After it the profile no longer applies. Without it the last period goes on. */
  readonly durationS?: number;
  readonly periods: readonly SchedulePeriod[];
}

export interface Profile {
  readonly id: number;
  readonly purpose: ProfilePurpose;
  readonly stackLevel: number;
  readonly kind: ProfileKind;
  readonly validFromMs?: number;
  readonly validToMs?: number;
  /** 2.1: so long without its CSMS and the station lets go of it for good. */
  readonly maxOfflineS?: number;
  /** 2.1: so long without its CSMS and the profile is silent, until that is back. */
  readonly silentOfflineS?: number;
  readonly schedule: ProfileSchedule;
}

/** A profile in the store: where it was put and, for a TxProfile, the transaction it lives and dies with. */
export interface InstalledProfile extends Profile {
  /** 0 is the station as a whole. */
  readonly evse: number;
  readonly boundTo?: string;
}

/** A transaction as the profiles see it; `key` is the station's own name for it. */
export interface RunningTransaction {
  readonly key: string;
  readonly startedAtMs: number;
}

export const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;
