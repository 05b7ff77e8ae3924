import { deciAmps, type EpochMs, type StationId } from '@headroom/kernel';
import { missingFrom, socketPhases, type StationLimit, withUnlisted } from '@headroom/site-model';
import type { EvseControl } from './evse-control.ts';
import type { ProfilesChecked, ProfilesReported } from './facts.ts';
import {
  type ExpectedEvse,
  type Finding,
  findingsOf,
  type HeldProfile,
  NEVER_READ,
  overruledBy,
} from './held-profiles.ts';
import { profileIdOf } from './plan-of.ts';
import { wholly } from './resolve-limit.ts';
import {
  controlAt,
  controlsOfStation,
  evsesOfStation,
  setControl,
  setStation,
  type SiteState,
  stationOf,
} from './site-state.ts';

/** A report of the profiles of a station, as far as it has come. */
export interface Reading {
  /** Of the question; its answer names it. */
  readonly commandId: string;
  /** Of the connection on which it was asked: no other one has its answer. */
  readonly generation: number;
  /** Its reports name it. */
  readonly requestId: number;
  /**
   * What others were said to allow when it was asked, as the log had it: clocks of gateways and ours differ, and what is told while the answer is on
   * its way need not be in it.
   */
  readonly known: readonly StationLimit[];
  readonly held: readonly HeldProfile[];
  /** Those of others that it named. */
  readonly limits: readonly Pick<StationLimit, 'evse' | 'source'>[];
  /** Nothing of it was left out. */
  readonly isWhole: boolean;
}

/** Profiles of one reading; what is beyond them nobody looks at, so nothing is said to be missing. */
export const MAX_HELD_PROFILES = 200;

export const withReport = (
  reading: Reading,
  { held: profiles, limit, isTruncated }: Pick<ProfilesReported, 'held' | 'limit' | 'isTruncated'>,
): Reading => {
  const held = [...reading.held, ...profiles];
  const isWhole = reading.isWhole && !isTruncated && held.length <= MAX_HELD_PROFILES;
  const limits = isWhole && limit !== undefined ? [...reading.limits, limit] : reading.limits;
  return { ...reading, held: held.slice(0, MAX_HELD_PROFILES), limits, isWhole };
};

/**
 * All is told. What of ours is missing or changed is sent again, and is not proven until it is accepted (SI5, H91); where another profile may
 * let more flow, the EVSE counts with its maximum until that is seen gone. Nothing is ever cleared: what is not ours is for people.
 * Undefined: all is as it should be, and was before.
 */
export function checkProfiles(
  site: SiteState,
  stationId: StationId,
  reading: Reading,
  atMs: EpochMs,
): Omit<ProfilesChecked, 'epoch'> | undefined {
  const { profiles: before = NEVER_READ, limits } = stationOf(site, stationId);
  const missing = reading.isWhole ? missingFrom(limits, reading.limits, { known: reading.known, nowMs: atMs }) : [];
  const findings = findingsOf(expectedOf(site, stationId), reading.held, reading.isWhole);
  const checked = {
    ...({ kind: 'profiles-checked', siteId: site.siteId, stationId, atMs, findings } as const),
    ...(missing.length === 0 ? {} : { missing }),
  };
  applyFindings(site, checked);
  return findings.length > 0 || before.differs || missing.length > 0 ? checked : undefined;
}

/** Also of what an earlier owner has found. */
export function applyFindings(
  site: SiteState,
  { stationId, atMs, findings, missing = [] }: Pick<ProfilesChecked, 'stationId' | 'atMs' | 'findings' | 'missing'>,
): void {
  const overruled = overruledBy(evsesOfStation(site, stationId), findings);
  setStation(site, stationId, {
    ...(missing.length === 0 ? {} : { limits: withUnlisted(stationOf(site, stationId).limits, missing) }),
    profiles: { readAtMs: atMs, failures: 0, differs: findings.length > 0, overruled, findings },
  });
  // What each counts with hangs on it.
  for (const control of controlsOfStation(site, stationId)) setControl(site, afterFindings(control, findings));
}

/** Of the permanent limit; a lease is told anew by its renewal (H88: under the same id). */
function afterFindings(control: EvseControl, findings: readonly Finding[]): EvseControl {
  const isLost = findings.some(
    ({ kind, evse, purpose }) => kind !== 'foreign' && evse === control.evse && purpose === 'TxDefaultProfile',
  );
  const isOtherLease = findings.some(
    ({ kind, profileId }) => kind === 'changed' && profileId === profileIdOf(control.evse, 'lease'),
  );
  // K28: nobody changes the limit of what is not what it should be.
  const set = isOtherLease ? { ...control.set, acknowledged: wholly(control.set.acknowledged) } : control.set;
  if (!isLost) return { ...control, set };
  return { ...control, set: { ...set, proven: false }, fallbackBackoff: undefined };
}

/** A question that brought nothing. One that does not answer any more keeps what was found before. */
export function noteNoReading(site: SiteState, stationId: StationId, atMs: EpochMs): void {
  const before = stationOf(site, stationId).profiles ?? NEVER_READ;
  setStation(site, stationId, { profiles: { ...before, readAtMs: atMs, failures: before.failures + 1 } });
}

/** E2: what does not obey is asked what it has. One that cannot tell is not asked any sooner. */
export function readSoon(site: SiteState, stationId: StationId): void {
  const { profiles } = stationOf(site, stationId);
  if (profiles?.failures === 0) setStation(site, stationId, { profiles: { ...profiles, readAtMs: 0 } });
}

/** All its permanent limits have been taken: before, there is nothing of ours to be found. */
export const mayBeRead = (site: SiteState, stationId: StationId): boolean =>
  evsesOfStation(site, stationId).every((evse) => {
    const { set } = controlAt(site, evse);
    return set.proven && set.fallbacks.length === 0;
  });

function expectedOf(site: SiteState, stationId: StationId): readonly ExpectedEvse[] {
  return evsesOfStation(site, stationId).map((evse) => {
    const { set } = controlAt(site, evse);
    const { proven, installed, fallbacks, acknowledged, attempts, unsettled } = set;
    const isCertain = proven && fallbacks.length === 0;
    const leases = [acknowledged, unsettled, ...attempts].map((lease) => lease?.limit ?? 0);
    return {
      evse: evse.evse,
      fallback: evse.fallback,
      installed: isCertain ? installed : undefined,
      leased: deciAmps(Math.max(0, ...leases)),
      wiredPhases: socketPhases(evse),
      voltageV: site.model?.nominalVoltageV ?? 0,
      isDc: evse.dc !== undefined,
    };
  });
}
