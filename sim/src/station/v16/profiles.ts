import { type Json, numberAt, objectAt, optional, textAt } from '../../json.ts';
import type { ProfilePurpose } from '../../profiles/profile.ts';
import { readKind, type ReadProfile, readSchedule, readValidity } from '../profile-fields.ts';

export const PURPOSES: ReadonlyMap<string, ProfilePurpose> = new Map<string, ProfilePurpose>([
  ['ChargePointMaxProfile', 'station-max'],
  ['TxDefaultProfile', 'tx-default'],
  ['TxProfile', 'tx'],
]);

/** csChargingProfiles (1.6 7.8). */
export function readProfile(from: Json): ReadProfile | undefined {
  const id = numberAt(from, 'chargingProfileId');
  const stackLevel = numberAt(from, 'stackLevel');
  const purpose = PURPOSES.get(textAt(from, 'chargingProfilePurpose') ?? '');
  const kind = readKind(from);
  const validity = readValidity(from);
  const schedule = readSchedule(objectAt(from, 'chargingSchedule') ?? {});
  if (id === undefined || stackLevel === undefined || purpose === undefined) return undefined;
  if (kind === undefined || validity === undefined || schedule === undefined) return undefined;
  const transactionId = numberAt(from, 'transactionId');
  return {
    profile: { id, purpose, stackLevel, kind, ...validity, schedule },
    ...optional('transactionId', transactionId === undefined ? undefined : String(transactionId)),
  };
}
