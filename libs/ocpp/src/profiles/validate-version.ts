import type { Placement } from './placement.ts';
import type { ProfileProblem } from './problem.ts';
import type { Period, Profile, ProfileVersion, Schedule } from './profile.ts';

type Since = 'ocpp2.0.1' | 'ocpp2.1';

/** What no message of the version can say. Names are OCPP's. */
export function problemsOfVersion(profile: Profile, { version }: Placement): readonly ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  const { purpose, kind } = profile;
  const isOf21 = purpose === 'priority' || purpose === 'local-generation';
  if (lacks(version, isOf21 ? 'ocpp2.1' : undefined) || (version === 'ocpp1.6' && purpose === 'external-constraints')) {
    problems.push({ code: 'unknown-purpose', at: 'chargingProfilePurpose' });
  }
  if (kind === 'dynamic' && lacks(version, 'ocpp2.1'))
    problems.push({ code: 'unknown-kind', at: 'chargingProfileKind' });
  for (const [field, since] of fieldsSaid(profile)) {
    if (lacks(version, since)) problems.push({ code: 'field-of-a-later-version', at: field });
  }
  return problems;
}

const lacks = (version: ProfileVersion, since: Since | undefined): boolean =>
  since !== undefined && (version === 'ocpp1.6' || (version === 'ocpp2.0.1' && since === 'ocpp2.1'));

function* fieldsSaid(profile: Profile): Generator<readonly [field: string, since: Since]> {
  if (profile.maxOfflineS !== undefined) yield ['maxOfflineDuration', 'ocpp2.1'];
  if (profile.invalidAfterOffline !== undefined) yield ['invalidAfterOfflineDuration', 'ocpp2.1'];
  if (profile.updateIntervalS !== undefined) yield ['dynUpdateInterval', 'ocpp2.1'];
  if (profile.updatedAtMs !== undefined) yield ['dynUpdateTime', 'ocpp2.1'];
  for (const schedule of profile.schedules) {
    yield* fieldsOfSchedule(schedule);
    for (const period of schedule.periods) yield* fieldsOfPeriod(period);
  }
}

function* fieldsOfSchedule({
  limitAtSoc,
  randomizedDelayS,
  useLocalTime,
}: Schedule): Generator<readonly [string, Since]> {
  if (limitAtSoc !== undefined) yield ['limitAtSoC', 'ocpp2.1'];
  if (randomizedDelayS !== undefined) yield ['randomizedDelay', 'ocpp2.1'];
  if (useLocalTime !== undefined) yield ['useLocalTime', 'ocpp2.1'];
}

function* fieldsOfPeriod(period: Period): Generator<readonly [string, Since]> {
  if (period.phaseToUse !== undefined) yield ['phaseToUse', 'ocpp2.0.1'];
  if (period.limit?.l2 !== undefined) yield ['limit_L2', 'ocpp2.1'];
  if (period.limit?.l3 !== undefined) yield ['limit_L3', 'ocpp2.1'];
  if (period.dischargeLimit !== undefined) yield ['dischargeLimit', 'ocpp2.1'];
  if (period.setpoint !== undefined) yield ['setpoint', 'ocpp2.1'];
  if (period.setpointReactive !== undefined) yield ['setpointReactive', 'ocpp2.1'];
  if (period.operationMode !== undefined) yield ['operationMode', 'ocpp2.1'];
  if (period.evseSleep !== undefined) yield ['evseSleep', 'ocpp2.1'];
  if (period.baselineW !== undefined) yield ['v2xBaseline', 'ocpp2.1'];
  if (period.freqWattCurve !== undefined) yield ['v2xFreqWattCurve', 'ocpp2.1'];
}
