import type { EpochMs } from '@headroom/kernel';
import type { InstalledProfile, ProfileVersion } from './profile.ts';

/**
 * The profiles of a station after it took one more. The same id takes the place of the older one (2.x K01.FR.05; 1.6 5.16.4); in 1.6 so
 * does the same purpose, stack level and connector, and for a `tx` profile the same transaction (1.6 3.13.2). In 2.x a
 * second one of the same level is refused before it comes here (K01.FR.06, K01.FR.39) unless their times of validity do not meet.
 */
export const install = (
  version: ProfileVersion,
  held: readonly InstalledProfile[],
  newer: InstalledProfile,
): readonly InstalledProfile[] => [
  ...held.filter(
    (older) => older.profile.id !== newer.profile.id && !(version === 'ocpp1.6' && isSamePlace(older, newer)),
  ),
  newer,
];

export const isSamePlace = (a: InstalledProfile, b: InstalledProfile): boolean =>
  a.evse === b.evse &&
  a.profile.purpose === b.profile.purpose &&
  a.profile.stackLevel === b.profile.stackLevel &&
  a.profile.transactionId === b.profile.transactionId;

/**
 * After the end of the transaction of an EVSE: its `tx` profiles are gone, those of every other purpose stay (1.6 3.13.1; in 2.x they
 * outlive even a reboot, K01.FR.27).
 */
export const afterTransaction = (
  held: readonly InstalledProfile[],
  ended: { readonly evse: number; readonly transactionId: string },
): readonly InstalledProfile[] =>
  held.filter(
    ({ evse, profile }) =>
      profile.purpose !== 'tx' ||
      (profile.transactionId === undefined ? evse !== ended.evse : profile.transactionId !== ended.transactionId),
  );

/** After a time without the CSMS: what `invalidAfterOfflineDuration` made invalid for ever is gone, the rest speaks again (2.1). */
export const afterOffline = (
  held: readonly InstalledProfile[],
  offline: { readonly sinceMs: EpochMs; readonly untilMs: EpochMs },
): readonly InstalledProfile[] =>
  held.filter(
    ({ profile: { maxOfflineS, invalidAfterOffline } }) =>
      invalidAfterOffline !== true ||
      maxOfflineS === undefined ||
      offline.untilMs - offline.sinceMs < maxOfflineS * 1_000,
  );
