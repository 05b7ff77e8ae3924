import { err, ok, type Result } from '@headroom/kernel';
import { isObject } from '../json.ts';
import { FieldReader } from './fields.ts';
import { optional } from './optional.ts';
import { readSchedule } from './parse-schedule.ts';
import type { ProfileProblem } from './problem.ts';
import type { Profile, ProfileVersion, Schedule } from './profile.ts';
import { kindOf, laterFields, purposeOf, recurrenceOf } from './words.ts';

/**
 * A charging profile as it stands in a message: `csChargingProfiles` of 1.6, `chargingProfile` of 2.x (also one of a station's own
 * report). Limits in decimals are rounded towards 0 to 0.1 A or 1 W, `minChargingRate` up. Tolerated are null for absent (H71), numbers as text (H33) and fields
 * that no version knows. The first thing that cannot be read is the answer: half a profile would be another profile.
 *
 * What is read need not make sense: ask `validate`.
 */
export function parseProfile(version: ProfileVersion, json: unknown): Result<Profile, ProfileProblem> {
  if (!isObject(json)) return err({ code: 'no-object', at: '' });
  const reader = new FieldReader(json);
  const profile = readProfile(version, reader);
  if (reader.problem !== undefined) return err(reader.problem);
  return profile === undefined ? err({ code: 'field-missing', at: '' }) : ok(profile);
}

function readProfile(version: ProfileVersion, from: FieldReader): Profile | undefined {
  for (const key of laterFields(version, 'profile')) if (from.has(key)) from.complain('field-of-a-later-version', key);
  const idKey = version === 'ocpp1.6' ? 'chargingProfileId' : 'id';
  const id = from.required(idKey, from.whole(idKey));
  const stackLevel = from.required('stackLevel', from.whole('stackLevel'));
  const purpose = wordAt(from, 'chargingProfilePurpose', (word) => purposeOf(version, word), 'unknown-purpose');
  const kind = wordAt(from, 'chargingProfileKind', (word) => kindOf(version, word), 'unknown-kind');
  const recurrence = from.has('recurrencyKind')
    ? wordAt(from, 'recurrencyKind', recurrenceOf, 'unknown-recurrence')
    : undefined;
  const schedules = readSchedules(version, from);
  if (id === undefined || stackLevel === undefined || purpose === undefined || kind === undefined) return undefined;
  return {
    id,
    stackLevel,
    purpose,
    kind,
    schedules,
    ...optional('recurrence', recurrence),
    ...optional('validFromMs', from.instant('validFrom')),
    ...optional('validToMs', from.instant('validTo')),
    ...optional('transactionId', from.text('transactionId')),
    ...optional('maxOfflineS', from.whole('maxOfflineDuration')),
    ...optional('invalidAfterOffline', from.flag('invalidAfterOfflineDuration')),
    ...optional('updateIntervalS', from.whole('dynUpdateInterval')),
    ...optional('updatedAtMs', from.instant('dynUpdateTime')),
  };
}

/** 1.6 has one object, 2.x a list. */
function readSchedules(version: ProfileVersion, from: FieldReader): readonly Schedule[] {
  const key = 'chargingSchedule';
  const single = version === 'ocpp1.6' ? from.object(key) : undefined;
  const readers = version === 'ocpp1.6' ? single && [single] : from.list(key);
  from.required(key, readers);
  return (readers ?? []).flatMap((reader) => readSchedule(version, reader) ?? []);
}

function wordAt<T>(
  from: FieldReader,
  key: string,
  meaning: (word: string) => T | undefined,
  problem: 'unknown-purpose' | 'unknown-kind' | 'unknown-recurrence',
): T | undefined {
  const word = from.required(key, from.text(key));
  return word === undefined ? undefined : (meaning(word) ?? from.complain(problem, key));
}
