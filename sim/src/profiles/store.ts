import { isSilent, type Leading, leadingAt, nextBoundary } from './composite.ts';
import { combinePhases, limitsOf, type PhaseLimits } from './phases.ts';
import type { InstalledProfile, ProfilePurpose, RunningTransaction } from './profile.ts';
import { type ProfileLimits, type ProfileRefusal, refuse, type SetRequest } from './rules.ts';

export interface LimitQuery {
  readonly evse: number;
  /** Station clock. */
  readonly atMs: number;
  readonly tx?: RunningTransaction;
  /** EVSEs that share a station maximum now, this one included. Default 1. */
  readonly sharers?: number;
  /** Station clock: since when it has been without its CSMS. Absent: it is connected. */
  readonly offlineSinceMs?: number;
}

/** What an EVSE may offer, A per phase, and which profile says so. */
export interface EffectiveLimit {
  readonly limitA: number;
  readonly source: ProfilePurpose | 'hardware';
  readonly profileId?: number;
  /** A per phase that its car is to give back instead of taking. Absent: nothing. */
  readonly backA?: number;
}

export interface ClearCriteria {
  readonly id?: number;
  readonly evse?: number;
  readonly purpose?: ProfilePurpose;
  readonly stackLevel?: number;
}

type SetOutcome = { readonly kind: 'accepted' } | { readonly kind: 'rejected'; readonly reason: ProfileRefusal };

export interface ProfileStore {
  set(request: SetRequest): SetOutcome;
  /** Removes what matches; an id alone decides. Returns how many went. */
  clear(criteria: ClearCriteria): number;
  transactionEnded(key: string): void;
  all(): readonly InstalledProfile[];
  limitAt(query: LimitQuery): EffectiveLimit;
  /** The same of each phase, and in both directions (2.1). */
  phasesAt(query: LimitQuery): PhaseLimits;
  /** Station clock; undefined: it stays as it is until somebody acts. */
  nextChangeAt(query: LimitQuery): number | undefined;
}

const byStackLevel = (a: InstalledProfile, b: InstalledProfile): number => b.stackLevel - a.stackLevel;

/** Same purpose, level, EVSE (and transaction): the newer takes the place of the older (2.0.1 K01.FR.05). */
const takesPlaceOf = (newer: InstalledProfile, older: InstalledProfile): boolean =>
  newer.id === older.id ||
  (newer.purpose === older.purpose &&
    newer.stackLevel === older.stackLevel &&
    newer.evse === older.evse &&
    newer.boundTo === older.boundTo);

const matches = (profile: InstalledProfile, criteria: ClearCriteria): boolean =>
  criteria.id !== undefined
    ? profile.id === criteria.id
    : (criteria.evse === undefined || profile.evse === criteria.evse) &&
      (criteria.purpose === undefined || profile.purpose === criteria.purpose) &&
      (criteria.stackLevel === undefined || profile.stackLevel === criteria.stackLevel);

/** TxDefaultProfiles of one EVSE: its own, and those of the whole station where it has none of that level (1.6 5.16.3). */
function defaultsFor(evse: number, profiles: readonly InstalledProfile[]): readonly InstalledProfile[] {
  const defaults = profiles.filter((p) => p.purpose === 'tx-default');
  const own = defaults.filter((p) => p.evse === evse);
  const shadowed = new Set(own.map((p) => p.stackLevel));
  return [...own, ...defaults.filter((p) => p.evse === 0 && evse !== 0 && !shadowed.has(p.stackLevel))];
}

const ofTransaction = (evse: number, profiles: readonly InstalledProfile[]): readonly InstalledProfile[] =>
  profiles.filter((p) => p.purpose === 'tx' && p.evse === evse);
const ofStation = (profiles: readonly InstalledProfile[]): readonly InstalledProfile[] =>
  profiles.filter((p) => p.purpose === 'station-max');

/** What a car is to give back on each phase: it does so on all alike, so as little as any of them may (block Q). */
const backOf = ({ setpointA = [0, 0, 0] }: PhaseLimits): number => Math.max(0, -Math.max(...setpointA));

/** The set of profiles of one station, kept as firmware keeps it: through reboots, TxProfiles only as long as their transaction. */
export function createProfileStore(limits: ProfileLimits): ProfileStore {
  let profiles: readonly InstalledProfile[] = [];

  const leader = (list: readonly InstalledProfile[], query: LimitQuery): Leading | undefined => {
    const heard = list.filter((profile) => !isSilent(profile, query));
    return leadingAt(heard.toSorted(byStackLevel), query.tx, query.atMs);
  };
  // A TxProfile overrules the TxDefaultProfile of its time; where it says nothing, the default speaks (2.0.1 K01.FR.42).
  const sessionAt = (query: LimitQuery): Leading | undefined =>
    leader(ofTransaction(query.evse, profiles), query) ?? leader(defaultsFor(query.evse, profiles), query);
  const limitOf = (leading: Leading | undefined): EffectiveLimit | undefined => {
    if (leading === undefined) return undefined;
    const { purpose, id } = leading.profile;
    // It offers all phases the same: of limits of their own the lowest.
    return { limitA: Math.min(...limitsOf(leading, limits)), source: purpose, profileId: id };
  };
  const phasesAt = (query: LimitQuery): PhaseLimits => {
    const station = leader(ofStation(profiles), query);
    return combinePhases(sessionAt(query), station === undefined ? [] : [station], limits);
  };

  return {
    set(request) {
      const reason = refuse(request, limits);
      if (reason !== undefined) return { kind: 'rejected', reason };
      const { evse, profile, tx } = request;
      const installed: InstalledProfile =
        profile.purpose === 'tx' && tx !== undefined ? { ...profile, evse, boundTo: tx.key } : { ...profile, evse };
      const kept = profiles.filter((older) => !takesPlaceOf(installed, older));
      if (kept.length >= limits.maxProfiles) return { kind: 'rejected', reason: 'store-full' };
      profiles = [...kept, installed];
      return { kind: 'accepted' };
    },
    clear(criteria) {
      const before = profiles.length;
      profiles = profiles.filter((profile) => !matches(profile, criteria));
      return before - profiles.length;
    },
    transactionEnded(key) {
      profiles = profiles.filter((profile) => profile.boundTo !== key);
    },
    all: () => profiles,
    limitAt(query) {
      const session = sessionAt(query);
      const own = limitOf(session);
      const station = limitOf(leader(ofStation(profiles), query));
      let least: EffectiveLimit = { limitA: limits.hardwareMaxA, source: 'hardware' };
      if (own !== undefined && own.limitA < least.limitA) least = own;
      const backA = session?.period.setpoint === undefined ? 0 : backOf(phasesAt(query));
      if (backA > 0) least = { ...least, backA };
      if (station === undefined) return least;
      const shareA = station.limitA / (query.sharers ?? 1);
      return shareA < least.limitA ? { ...least, ...station, limitA: shareA } : least;
    },
    phasesAt,
    nextChangeAt: (query) =>
      nextBoundary(
        [...ofTransaction(query.evse, profiles), ...defaultsFor(query.evse, profiles), ...ofStation(profiles)],
        query.tx,
        query.atMs,
      ),
  };
}
