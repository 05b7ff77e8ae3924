import type { Profile, RateUnit, RunningTransaction, SchedulePeriod } from './profile.ts';

/** What a station's hardware and firmware bear. Currents in A, per phase. */
export interface ProfileLimits {
  readonly evses: number;
  readonly hardwareMaxA: number;
  /** Phases wired to each EVSE. */
  readonly wiredPhases: number;
  readonly nominalVoltageV: number;
  readonly maxStackLevel: number;
  readonly maxPeriods: number;
  readonly maxProfiles: number;
  /** Absent: both. */
  readonly units?: readonly RateUnit[];
  /** It takes no tenths of an ampere (H86). */
  readonly wholeAmps?: boolean;
  /** Whatever it says of its levels, it takes 0 alone (H81). */
  readonly singleLevel?: boolean;
  /** Least limit of a period that it takes, A (H86). Absent: 0. */
  readonly leastLimitA?: number;
  /** It takes Dynamic profiles (2.1). Absent: it has never heard of them. */
  readonly takesDynamic?: boolean;
  /** It takes setpoints (2.1, block Q). Absent: it has never heard of them. */
  readonly takesSetpoints?: boolean;
  /** It takes nothing that names its start: only what counts from the start of the transaction (H32). */
  readonly relativeOnly?: boolean;
  /** It takes no maximum of the whole station, wherever it is put (H90). */
  readonly refusesStationMax?: boolean;
  /** Of a DC station: of each watt that its supply gives, what comes out. Its limits are W of the output. Absent: AC. */
  readonly outputPart?: number;
}

export type ProfileRefusal =
  | 'unknown-evse'
  | 'stack-level-too-high'
  | 'unit-unsupported'
  | 'tenths-of-an-ampere'
  | 'no-periods'
  | 'too-many-periods'
  | 'first-period-not-at-zero'
  | 'periods-out-of-order'
  | 'negative-limit'
  | 'setpoint-unsupported'
  | 'discharge-limit-above-zero'
  | 'below-the-least-limit'
  | 'station-max-on-an-evse'
  | 'relative-station-max'
  | 'no-station-max'
  | 'tx-profile-on-the-station'
  | 'no-transaction'
  | 'other-transaction'
  | 'recurring-without-start'
  | 'kind-unsupported'
  | 'dynamic-not-one-period'
  | 'dynamic-with-times'
  | 'store-full'
  | 'memory-away';

function refusePeriods(profile: Profile, limits: ProfileLimits): ProfileRefusal | undefined {
  const { periods, unit } = profile.schedule;
  if (limits.units?.includes(unit) === false) return 'unit-unsupported'; // 2.0.1 K01.FR.26
  if (limits.wholeAmps === true && unit === 'A' && periods.some(({ limit }) => !Number.isInteger(limit)))
    return 'tenths-of-an-ampere';
  const least = unit === 'A' ? limits.leastLimitA : undefined;
  if (least !== undefined && periods.some(({ limit }) => limit < least)) return 'below-the-least-limit';
  if (periods.length === 0) return 'no-periods';
  if (periods.length > limits.maxPeriods) return 'too-many-periods';
  if (periods[0]?.startS !== 0) return 'first-period-not-at-zero'; // 2.0.1 K01.FR.31
  let previous = -1;
  for (const period of periods) {
    if (period.startS <= previous) return 'periods-out-of-order'; // 2.0.1 K01.FR.35
    if (!(period.limit >= 0)) return 'negative-limit';
    const setpoint = refuseSetpoint(period, limits);
    if (setpoint !== undefined) return setpoint;
    previous = period.startS;
  }
  return undefined;
}

function refuseSetpoint(
  { setpoint, discharge }: SchedulePeriod,
  { takesSetpoints }: ProfileLimits,
): ProfileRefusal | undefined {
  if (setpoint === undefined && discharge === undefined) return undefined;
  if (takesSetpoints !== true) return 'setpoint-unsupported';
  return (discharge?.l1 ?? 0) > 0 ? 'discharge-limit-above-zero' : undefined;
}

export interface SetRequest {
  readonly evse: number;
  readonly profile: Profile;
  /** The transaction running on that EVSE now. */
  readonly tx?: RunningTransaction;
  /** False when the request named a transaction that is not the running one. */
  readonly namesThisTransaction: boolean;
}

function refuseDynamic({ schedule }: Profile, { takesDynamic }: ProfileLimits): ProfileRefusal | undefined {
  if (takesDynamic !== true) return 'kind-unsupported';
  if (schedule.periods.length !== 1) return 'dynamic-not-one-period'; // 2.1 ChargingProfileKindEnumType
  // Thin: a duration would count from the last update, and this station keeps no account of updates.
  return schedule.startMs !== undefined || schedule.durationS !== undefined ? 'dynamic-with-times' : undefined;
}

/** Why firmware would refuse a profile; undefined: it takes it. */
export function refuse(request: SetRequest, limits: ProfileLimits): ProfileRefusal | undefined {
  const { evse, profile, tx } = request;
  if (!Number.isInteger(evse) || evse < 0 || evse > limits.evses) return 'unknown-evse';
  if (!(profile.stackLevel >= 0) || profile.stackLevel > limits.maxStackLevel) return 'stack-level-too-high';
  if (limits.singleLevel === true && profile.stackLevel > 0) return 'stack-level-too-high';
  if (profile.purpose === 'station-max') {
    if (evse !== 0) return 'station-max-on-an-evse';
    if (limits.refusesStationMax === true) return 'no-station-max';
    if (profile.kind === 'relative') return 'relative-station-max'; // 2.0.1 K01.FR.38
  }
  if ((profile.kind === 'daily' || profile.kind === 'weekly') && profile.schedule.startMs === undefined) {
    return 'recurring-without-start'; // 2.0.1 K01.FR.40
  }
  if (limits.relativeOnly === true && profile.kind !== 'relative') return 'kind-unsupported';
  const dynamic = profile.kind === 'dynamic' ? refuseDynamic(profile, limits) : undefined;
  if (dynamic !== undefined) return dynamic;
  if (profile.purpose === 'tx') {
    if (evse === 0) return 'tx-profile-on-the-station'; // 2.0.1 K01.FR.16
    if (tx === undefined) return 'no-transaction'; // 1.6 5.16, 2.0.1 K01.FR.09
    if (!request.namesThisTransaction) return 'other-transaction';
  }
  return refusePeriods(profile, limits);
}
