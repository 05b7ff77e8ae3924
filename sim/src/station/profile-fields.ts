import { instantAt, isObject, type Json, listAt, numberAt, optional, textAt } from '../json.ts';
import type { PhaseAmounts, Profile, ProfileKind, ProfileSchedule, SchedulePeriod } from '../profiles/profile.ts';

/** The fields of a charging profile that 1.6 and 2.0.1 spell alike. Undefined: missing or not what the standard says. */
export interface ReadProfile {
  readonly profile: Profile;
  /** As named in the request. */
  readonly transactionId?: string;
}

export function readKind(profile: Json): ProfileKind | undefined {
  const kind = textAt(profile, 'chargingProfileKind');
  if (kind === 'Absolute') return 'absolute';
  if (kind === 'Relative') return 'relative';
  if (kind === 'Dynamic') return 'dynamic';
  if (kind !== 'Recurring') return undefined;
  const recurrence = textAt(profile, 'recurrencyKind');
  return recurrence === 'Daily' ? 'daily' : recurrence === 'Weekly' ? 'weekly' : undefined;
}

/** 2.1 */
function amountsAt(period: Json, key: string): PhaseAmounts | undefined {
  const l1 = numberAt(period, key);
  if (l1 === undefined) return undefined;
  return { l1, ...optional('l2', numberAt(period, `${key}_L2`)), ...optional('l3', numberAt(period, `${key}_L3`)) };
}

function readPeriods(schedule: Json): readonly SchedulePeriod[] | undefined {
  const periods: SchedulePeriod[] = [];
  for (const item of listAt(schedule, 'chargingSchedulePeriod') ?? []) {
    if (!isObject(item)) return undefined;
    const startS = numberAt(item, 'startPeriod');
    const mode = textAt(item, 'operationMode');
    // 2.1: some modes need no limit.
    const needsNone = mode !== undefined && mode !== 'ChargingOnly';
    const limit = numberAt(item, 'limit') ?? (needsNone ? Number.POSITIVE_INFINITY : undefined);
    if (startS === undefined || limit === undefined) return undefined;
    periods.push({
      ...{ startS, limit },
      ...optional('limitL2', numberAt(item, 'limit_L2')),
      ...optional('limitL3', numberAt(item, 'limit_L3')),
      ...optional('phases', numberAt(item, 'numberPhases')),
      ...optional('discharge', amountsAt(item, 'dischargeLimit')),
      ...optional('setpoint', amountsAt(item, 'setpoint')),
      ...optional('mode', mode),
    });
  }
  return periods;
}

const unreadableInstant = (from: Json, key: string): boolean =>
  from[key] !== undefined && instantAt(from, key) === undefined;

export function readSchedule(schedule: Json): ProfileSchedule | undefined {
  const unit = textAt(schedule, 'chargingRateUnit');
  const periods = readPeriods(schedule);
  const durationS = numberAt(schedule, 'duration');
  if (periods === undefined || (unit !== 'A' && unit !== 'W')) return undefined;
  // A bound that cannot be read must not read as "no bound".
  if (unreadableInstant(schedule, 'startSchedule')) return undefined;
  if (schedule['duration'] !== undefined && durationS === undefined) return undefined;
  return {
    unit,
    periods,
    ...optional('startMs', instantAt(schedule, 'startSchedule')),
    ...optional('durationS', durationS),
  };
}

export function readValidity(from: Json): Pick<Profile, 'validFromMs' | 'validToMs'> | undefined {
  if (unreadableInstant(from, 'validFrom') || unreadableInstant(from, 'validTo')) return undefined;
  return {
    ...optional('validFromMs', instantAt(from, 'validFrom')),
    ...optional('validToMs', instantAt(from, 'validTo')),
  };
}
