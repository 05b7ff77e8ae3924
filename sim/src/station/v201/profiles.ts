import { isObject, type Json, listAt, numberAt, optional, textAt } from '../../json.ts';
import type { ProfilePurpose } from '../../profiles/profile.ts';
import { readKind, type ReadProfile, readSchedule, readValidity } from '../profile-fields.ts';

/** ChargingStationExternalConstraints is missing: a CSMS may not set it (K01.FR.22). */
export const PURPOSES: ReadonlyMap<string, ProfilePurpose> = new Map<string, ProfilePurpose>([
  ['ChargingStationMaxProfile', 'station-max'],
  ['TxDefaultProfile', 'tx-default'],
  ['TxProfile', 'tx'],
]);

/** ChargingProfileType (2.0.1 2.9). Several schedules are for ISO 15118 only: an AC station without it takes the first. */
export function readProfile(from: Json): ReadProfile | undefined {
  const id = numberAt(from, 'id');
  const stackLevel = numberAt(from, 'stackLevel');
  const purpose = PURPOSES.get(textAt(from, 'chargingProfilePurpose') ?? '');
  const kind = readKind(from);
  const validity = readValidity(from);
  const first = listAt(from, 'chargingSchedule')?.[0];
  const schedule = readSchedule(isObject(first) ? first : {});
  // 2.1: void for good, or silent until its CSMS is back.
  const offlineS = numberAt(from, 'maxOfflineDuration');
  const offlineKey = from['invalidAfterOfflineDuration'] === true ? 'maxOfflineS' : 'silentOfflineS';
  if (id === undefined || stackLevel === undefined || purpose === undefined) return undefined;
  if (kind === undefined || validity === undefined || schedule === undefined) return undefined;
  return {
    profile: { id, purpose, stackLevel, kind, ...validity, ...optional(offlineKey, offlineS), schedule },
    ...optional('transactionId', textAt(from, 'transactionId')),
  };
}
