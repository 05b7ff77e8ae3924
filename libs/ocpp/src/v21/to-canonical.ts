import { type JsonObject, wholeAt } from '../json.ts';
import { missing, type Reading, request } from '../to-canonical.ts';
import { toCanonical as toCanonical201 } from '../v201/to-canonical.ts';

/** Reads a request of OCPP 2.1: those of 2.0.1, which may say more now, and those that are new and of use here. */
export function toCanonical(action: string, payload: JsonObject, receivedAtMs: number): Reading {
  if (action !== 'PullDynamicScheduleUpdate') return toCanonical201(action, payload, receivedAtMs);
  const profileId = wholeAt(payload, 'chargingProfileId');
  return profileId === undefined ? missing('chargingProfileId') : request({ kind: 'schedule-pulled', profileId });
}
