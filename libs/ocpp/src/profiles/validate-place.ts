import { isSamePlace } from './installed.ts';
import { isValidTogether, othersThan, type Placement } from './placement.ts';
import type { ProblemCode } from './problem.ts';
import type { InstalledProfile, Profile, Purpose } from './profile.ts';

/** Who may set it, where, for which transaction, and beside what. */
export function* problemsOfPlace(profile: Profile, placement: Placement): Generator<ProblemCode> {
  yield* problemsOfPurpose(profile, placement);
  yield* problemsOfId(profile, placement);
  yield* problemsOfTransaction(profile, placement);
  yield* problemsOfStack(profile, placement);
}

const ADDED_IN_21: readonly Purpose[] = ['priority', 'local-generation'];

function* problemsOfPurpose({ purpose }: Profile, { evse, station }: Placement): Generator<ProblemCode> {
  if (!Number.isInteger(evse) || evse < 0 || evse > station.evses) yield 'unknown-evse';
  if (purpose === 'external-constraints') yield 'external-constraints-from-csms';
  if (purpose === 'station-max' && evse !== 0) yield 'station-max-on-an-evse';
  if (purpose === 'tx' && evse === 0) yield 'tx-profile-on-the-station';
  if (ADDED_IN_21.includes(purpose) && station.since21?.purposes.includes(purpose) !== true)
    yield 'purpose-unsupported';
}

function* problemsOfId(profile: Profile, { installed, station }: Placement): Generator<ProblemCode> {
  const kept = station.since21?.maxExternalConstraintsId;
  if (kept !== undefined && profile.id <= kept) yield 'id-kept-for-external-constraints';
  const isExternal = ({ profile: held }: InstalledProfile): boolean =>
    held.id === profile.id && held.purpose === 'external-constraints';
  if (installed.some(isExternal)) yield 'id-of-an-external-constraint';
}

function* problemsOfTransaction(profile: Profile, { version, transaction }: Placement): Generator<ProblemCode> {
  const { purpose, transactionId } = profile;
  if (purpose !== 'tx') {
    if (transactionId !== undefined) yield 'transaction-id-extraneous';
    return;
  }
  // 1.6 lets a station match it by the connector alone; 5.16 asks the CSMS to name it all the same.
  if (transactionId === undefined) yield 'transaction-id-missing';
  // 1.6 writes it as an integer.
  else if (version === 'ocpp1.6' && !/^-?\d{1,15}$/.test(transactionId)) yield 'transaction-id-malformed';
  if (transaction === undefined) yield 'no-transaction';
  else if (transactionId !== undefined && transactionId !== transaction.transactionId) yield 'other-transaction';
}

function* problemsOfStack(profile: Profile, placement: Placement): Generator<ProblemCode> {
  const { station, version, evse } = placement;
  if (profile.stackLevel < 0) yield 'stack-level-negative';
  if (profile.stackLevel > station.maxStackLevel) yield 'stack-level-too-high';
  const newer: InstalledProfile = { evse, profile };
  const others = othersThan(profile, placement);
  const inItsPlace = others.filter((older) => isSamePlace(older, newer));
  // 1.6 3.13.2: there the newer takes the place of the older.
  const staying = version === 'ocpp1.6' ? others.filter((older) => !inItsPlace.includes(older)) : others;
  if (staying.length >= station.maxProfiles) yield 'store-full';
  if (version === 'ocpp1.6') return;
  if (profile.purpose === 'tx') {
    if (inItsPlace.length > 0) yield 'stack-level-taken-in-transaction';
    return;
  }
  if (inItsPlace.some((older) => isValidTogether(older.profile, profile))) yield 'stack-level-taken';
  if (profile.purpose === 'tx-default' && others.some((other) => isTheOtherDefault(other, newer))) {
    yield 'tx-default-on-station-and-evse';
  }
}

/** One on the station and one on an EVSE of it, of the same level. */
const isTheOtherDefault = (a: InstalledProfile, b: InstalledProfile): boolean =>
  a.profile.purpose === 'tx-default' &&
  a.profile.stackLevel === b.profile.stackLevel &&
  (a.evse === 0) !== (b.evse === 0);
