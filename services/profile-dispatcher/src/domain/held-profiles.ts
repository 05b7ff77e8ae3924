import type { DeciAmps, EpochMs, EvseNumber } from '@headroom/kernel';
import { LOWEST_VOLTAGE_PERCENT } from '@headroom/site-model';
import { profileIdOf } from './plan-of.ts';
import type { StationTraits } from './station-traits.ts';

/** A profile that a station says it holds. */
export interface HeldProfile {
  /** 0: the station as a whole. */
  readonly evse: EvseNumber;
  readonly profileId: number;
  readonly stackLevel: number;
  /** OCPP's word. */
  readonly purpose: string;
  readonly unit: 'A' | 'W';
  /** The highest limit of its schedules. Absent: none is known. */
  readonly most?: number;
  /** When it ends by its own words. Absent: it names no end. Told to people; nothing hangs on it. */
  readonly endsAtMs?: EpochMs;
}

/** What was learned of the profiles of a station. */
export interface ProfilesRead {
  /** When it told last, or was asked in vain. 0: not since it connected or booted last, nor since an EVSE of it was seen to disobey (E2). */
  readonly readAtMs: EpochMs;
  /** Questions in a row that brought nothing. */
  readonly failures: number;
  readonly differs: boolean;
  /** EVSEs on which another profile may let more flow than ours: they count with their maximum until it is seen gone (SI5). */
  readonly overruled: readonly EvseNumber[];
  /** What differed, for people. */
  readonly findings: readonly Finding[];
}

export const NEVER_READ: ProfilesRead = { readAtMs: 0, failures: 0, differs: false, overruled: [], findings: [] };

/** H91: a station may lose a profile, or be given one, without a boot. */
export const READ_EVERY_MS = 3_600_000;
/** One that did not hold what it should is looked at again sooner. */
export const READ_AGAIN_MS = 600_000;
/**
 * One that somebody beside us holds down sooner still: by a limit whose end may have got lost (K13), or by a profile that lets more flow, so
 * that it counts with all that it bears. Until that is seen gone cars wait for nothing.
 */
export const READ_HELD_DOWN_MS = 300_000;
/** One that cannot tell is asked again after so long, doubled with each time. */
const AFTER_FAILURE_FIRST_MS = 60_000;
const AFTER_FAILURE_MOST_MS = 86_400_000;

/** When it is asked next which profiles it holds; `isLimited`: by somebody beside us. Undefined: never, for 1.6 has no message that tells it. */
export function nextReadingMs(
  { version }: Pick<StationTraits, 'version'>,
  { readAtMs, failures, differs, overruled }: ProfilesRead,
  isLimited: boolean,
): EpochMs | undefined {
  if (version === undefined || version === 'ocpp1.6') return undefined;
  if (failures === 0) {
    return readAtMs + (isLimited || overruled.length > 0 ? READ_HELD_DOWN_MS : differs ? READ_AGAIN_MS : READ_EVERY_MS);
  }
  const waitMs = AFTER_FAILURE_FIRST_MS * 2 ** Math.min(failures - 1, 30);
  return readAtMs + Math.min(AFTER_FAILURE_MOST_MS, waitMs);
}

export const needsReading = (
  of: Pick<StationTraits, 'version'>,
  read: ProfilesRead,
  { nowMs, isLimited }: { readonly nowMs: EpochMs; readonly isLimited: boolean },
): boolean => nowMs >= (nextReadingMs(of, read, isLimited) ?? Number.POSITIVE_INFINITY);

/**
 * missing: one of ours is not there. changed: what bears an id of ours says something else. foreign: somebody else's. `allowsMore`: more
 * may flow by it than by what we told.
 */
export interface Finding {
  readonly kind: 'missing' | 'changed' | 'foreign';
  readonly evse: EvseNumber;
  readonly profileId: number;
  readonly stackLevel: number;
  readonly purpose: string;
  readonly allowsMore: boolean;
  /** As its station tells it. Absent: no end is known. */
  readonly endsAtMs?: EpochMs;
}

/** Of one station that are told; those that allow more come first. */
export const MAX_FINDINGS = 20;

/** An EVSE of the document, and what its station should hold of ours. */
export interface ExpectedEvse {
  readonly evse: EvseNumber;
  readonly fallback: DeciAmps;
  /** The permanent limit that it accepted. Undefined: it is not certain which one it has just now. */
  readonly installed: DeciAmps | undefined;
  /** The highest of all leases that it may have been told. */
  readonly leased: DeciAmps;
  readonly wiredPhases: number;
  /** Nominal. */
  readonly voltageV: number;
  readonly isDc: boolean;
}

const TX_DEFAULT = 'TxDefaultProfile';
const TX = 'TxProfile';
/** They only ever lower what the others allow. */
const LOWERING: ReadonlySet<string> = new Set(['ChargingStationMaxProfile', 'ChargingStationExternalConstraints']);
/** Whatever it says is added to what the others allow (2.1 SC.01), and its station says something else whenever a cloud goes by (K27). */
const ADDED: ReadonlySet<string> = new Set(['LocalGeneration']);
/** Told by itself, and shown as such (K11). */
export const TOLD_ELSEWHERE = 'ChargingStationExternalConstraints';

/** What a station holds against what it should hold; `isWhole`: it has told of all. */
export function findingsOf(
  expected: readonly ExpectedEvse[],
  held: readonly HeldProfile[],
  isWhole: boolean,
): readonly Finding[] {
  const found = expected.flatMap((evse) => [...fallbackFindings(evse, held, isWhole), ...leaseFindings(evse, held)]);
  const ours = new Set(expected.flatMap(({ evse }) => [profileIdOf(evse, 'fallback'), profileIdOf(evse, 'lease')]));
  const foreign = held.filter(({ profileId, purpose }) => !ours.has(profileId) && purpose !== TOLD_ELSEWHERE);
  const all = [...found, ...foreign.map((profile) => foreignFinding(expected, profile))];
  return [...all.filter(({ allowsMore }) => allowsMore), ...all.filter(({ allowsMore }) => !allowsMore)].slice(
    0,
    MAX_FINDINGS,
  );
}

/** EVSEs on which more may flow than we told. */
export const overruledBy = (
  expected: readonly Pick<ExpectedEvse, 'evse'>[],
  findings: readonly Finding[],
): readonly EvseNumber[] =>
  expected.flatMap(({ evse }) =>
    findings.some((finding) => finding.allowsMore && (finding.evse === 0 || finding.evse === evse)) ? [evse] : [],
  );

function fallbackFindings(
  { evse, installed, wiredPhases, voltageV }: ExpectedEvse,
  held: readonly HeldProfile[],
  isWhole: boolean,
): readonly Finding[] {
  if (installed === undefined) return [];
  const profileId = profileIdOf(evse, 'fallback');
  const profile = held.find((each) => each.profileId === profileId);
  const of = { evse, profileId, purpose: TX_DEFAULT };
  if (profile === undefined) {
    // It may stand in what is still to be told.
    return isWhole ? [{ kind: 'missing', ...of, stackLevel: 0, allowsMore: false }] : [];
  }
  const isOurs = profile.purpose === TX_DEFAULT && profile.evse === evse;
  const isHigher = mostOf(profile, wiredPhases, voltageV) > installed;
  if (isOurs && !isHigher) return [];
  // Sent again it takes the place of whatever bears its id (K01.FR.05): until then nothing is proven, which counts more than this.
  return [{ kind: 'changed', ...of, stackLevel: profile.stackLevel, allowsMore: false }];
}

function leaseFindings(
  { evse, fallback, leased, wiredPhases, voltageV }: ExpectedEvse,
  held: readonly HeldProfile[],
): readonly Finding[] {
  const profileId = profileIdOf(evse, 'lease');
  const profile = held.find((each) => each.profileId === profileId);
  if (profile === undefined) return [];
  const { purpose, stackLevel } = profile;
  const most = mostOf(profile, wiredPhases, voltageV);
  // One that we know nothing of any more has ended, or ends with its transaction: we gave it its end.
  if (purpose === TX && profile.evse === evse && (leased === 0 || most <= Math.max(leased, fallback))) return [];
  const allowsMore = ADDED.has(purpose) || (!LOWERING.has(purpose) && most > Math.max(leased, fallback));
  return [{ kind: 'changed', evse: profile.evse, profileId, stackLevel, purpose, allowsMore }];
}

function foreignFinding(expected: readonly ExpectedEvse[], profile: HeldProfile): Finding {
  const { evse, profileId, stackLevel, purpose } = profile;
  const concerned = expected.filter((each) => evse === 0 || each.evse === evse);
  const allowsMore =
    mayLead(profile) && concerned.some((each) => ADDED.has(purpose) || mostOfForeign(profile, each) > each.fallback);
  return { kind: 'foreign', evse, profileId, stackLevel, purpose, allowsMore, ...endOf(profile) };
}

const endOf = ({ endsAtMs }: HeldProfile) => (endsAtMs === undefined ? {} : { endsAtMs });

/** Ours stand at level 0 of each EVSE: only what is at the level of ours on the whole station stays beneath them (1.6 5.16.3). */
function mayLead({ purpose, evse, stackLevel }: HeldProfile): boolean {
  if (LOWERING.has(purpose)) return false;
  return purpose !== TX_DEFAULT || stackLevel > 0 || evse !== 0;
}

/** Watts are the most amperes on one phase alone, and at the lowest voltage. Amperes of a DC station are those of a battery (MD12). */
function mostOfForeign(profile: HeldProfile, { voltageV, isDc }: ExpectedEvse): number {
  if (isDc && profile.unit === 'A' && profile.most !== 0) return Number.POSITIVE_INFINITY;
  return mostOf(profile, 1, (voltageV * LOWEST_VOLTAGE_PERCENT) / 100);
}

/** In deci-amps of each phase. */
function mostOf({ unit, most }: HeldProfile, phases: number, voltageV: number): number {
  if (most === undefined) return Number.POSITIVE_INFINITY;
  return unit === 'A' ? most : (most * 10) / (phases * voltageV);
}
