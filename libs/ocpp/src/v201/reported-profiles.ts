import type { LimitSchedule, ReportedProfile } from '../canonical.ts';
import { type JsonObject, objectsAt, cappedAt, textAt, wholeAt } from '../json.ts';
import { parseTimestamp } from '../timestamps.ts';
import { missing, type Reading, request } from '../to-canonical.ts';
import { evseAt, MAX_LIMIT_SCHEDULES, numberAt, scheduleOf, sourceAt } from './charging-limit.ts';

/** Of one report that are kept, the first ones. */
export const MAX_REPORTED_PROFILES = 64;
const EXTERNAL = 'ChargingStationExternalConstraints';
const MAX_PURPOSE_CHARS = 50;
/** No limit of any station is higher. */
const LARGEST = 100_000_000;

/** ReportChargingProfiles (2.x K09). Whatever cannot be read of a profile counts as the most it could be. */
export function reportedProfiles(payload: JsonObject, receivedAtMs: number): Reading {
  const requestId = wholeAt(payload, 'requestId');
  if (requestId === undefined) return missing('requestId');
  const all = objectsAt(payload, 'chargingProfile');
  const kept = all.slice(0, MAX_REPORTED_PROFILES);
  return request({
    kind: 'profiles-reported',
    requestId,
    evse: evseAt(payload),
    source: sourceAt(payload) ?? '',
    isContinued: payload['tbc'] === true,
    isTruncated: all.length > kept.length,
    profiles: kept.map(profileOf),
    external: kept.flatMap((profile) => externalOf(profile, receivedAtMs)).slice(0, MAX_LIMIT_SCHEDULES),
  });
}

function profileOf(profile: JsonObject): ReportedProfile {
  const schedules = objectsAt(profile, 'chargingSchedule');
  const unit = textAt(schedules[0] ?? {}, 'chargingRateUnit') === 'W' ? 'W' : 'A';
  const isOfOneUnit = schedules.every((each) => (textAt(each, 'chargingRateUnit') === 'W') === (unit === 'W'));
  const limits = schedules.flatMap((each) => objectsAt(each, 'chargingSchedulePeriod').map((one) => mostOf(one, unit)));
  const endsAtMs = endOf(profile, schedules);
  const most = limits.includes(undefined) ? undefined : limits.reduce<number>((a, b = 0) => Math.max(a, b), 0);
  return {
    // 0: nobody's of ours.
    profileId: wholeAt(profile, 'id') ?? 0,
    stackLevel: Math.max(0, cappedAt(profile, 'stackLevel') ?? 0),
    purpose: (textAt(profile, 'chargingProfilePurpose') ?? '').slice(0, MAX_PURPOSE_CHARS),
    unit,
    ...(most === undefined || limits.length === 0 || !isOfOneUnit ? {} : { most }),
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
  };
}

/** `validTo`, or the last end of schedules that are anchored in time, whichever is first. What recurs, or is relative, has no end of its own. */
function endOf(profile: JsonObject, schedules: readonly JsonObject[]): number | undefined {
  const ends = schedules.map((each) => {
    const [startMs, durationS] = [instantAt(each, 'startSchedule'), wholeAt(each, 'duration')];
    return startMs === undefined || durationS === undefined ? Number.POSITIVE_INFINITY : startMs + durationS * 1_000;
  });
  const isAnchored = textAt(profile, 'chargingProfileKind') === 'Absolute' && ends.length > 0;
  const endMs = Math.min(
    instantAt(profile, 'validTo') ?? Number.POSITIVE_INFINITY,
    isAnchored ? Math.max(...ends) : Number.POSITIVE_INFINITY,
  );
  return Number.isSafeInteger(endMs) ? endMs : undefined;
}

function instantAt(object: JsonObject, key: string): number | undefined {
  const parsed = parseTimestamp(textAt(object, key) ?? '');
  return parsed === undefined || parsed.quirk === 'implausible' ? undefined : parsed.atMs;
}

/** Undefined: it names none, so it limits nothing that we know of. */
function mostOf(period: JsonObject, unit: 'A' | 'W'): number | undefined {
  const first = numberAt(period, 'limit');
  if (first === undefined) return undefined;
  const others = ['limit_L2', 'limit_L3'].flatMap((key) => numberAt(period, key) ?? []);
  // H87: by one below 0 some stations mean that there is none.
  if ([first, ...others].some((each) => each < 0)) return undefined;
  const highest = Math.max(first, ...others);
  // 2.1: with others beside it the limit is that of L1, in W too.
  const most = unit === 'A' ? highest * 10 : others.length > 0 ? highest * 3 : first;
  return Math.min(LARGEST, Math.ceil(most - 1e-6));
}

/** K11: one that is not anchored in time, or recurs, is left to its notices. */
function externalOf(profile: JsonObject, receivedAtMs: number): readonly LimitSchedule[] {
  if (textAt(profile, 'chargingProfilePurpose') !== EXTERNAL) return [];
  if (textAt(profile, 'chargingProfileKind') !== 'Absolute') return [];
  return objectsAt(profile, 'chargingSchedule')
    .map((each) => scheduleOf(each, receivedAtMs))
    .filter(({ steps }) => steps.length > 0);
}
