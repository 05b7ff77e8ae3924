import { DAY_MS, type InstalledProfile, type RunningTransaction, type SchedulePeriod, WEEK_MS } from './profile.ts';

/** Length of one turn of a recurring profile; undefined for the other kinds. */
const recurrenceMs = (profile: InstalledProfile): number | undefined =>
  profile.kind === 'daily' ? DAY_MS : profile.kind === 'weekly' ? WEEK_MS : undefined;

/** A TxProfile speaks only while its own transaction runs; the other purposes always do. */
const concerns = (profile: InstalledProfile, tx: RunningTransaction | undefined): boolean =>
  profile.purpose !== 'tx' || (tx !== undefined && profile.boundTo === tx.key);

/** First instant of the schedule (of the first turn, if it recurs); undefined while nothing anchors it. */
function anchorOf(profile: InstalledProfile, tx: RunningTransaction | undefined, atMs: number): number | undefined {
  // Interpretation: what runs has begun, also where the clock was set back behind its start since.
  const startedMs = tx === undefined ? undefined : Math.min(tx.startedAtMs, atMs);
  if (profile.kind === 'relative') return startedMs;
  // 2.1 K28: it holds from when it was set, which is over.
  if (profile.kind === 'dynamic') return atMs;
  // OCPP 1.6 7.8 ChargingSchedule: without startSchedule the schedule is relative to the start of charging.
  return profile.schedule.startMs ?? startedMs;
}

/** Start of the turn of the schedule that `atMs` lies in; undefined before the first. */
function turnStart(profile: InstalledProfile, tx: RunningTransaction | undefined, atMs: number): number | undefined {
  // Interpretation: while no transaction runs, what counts from its start reads as if one began now.
  const anchor = anchorOf(profile, tx, atMs) ?? atMs;
  // Interpretation: a recurring profile whose first turn lies ahead does not apply before it.
  if (atMs < anchor) return undefined;
  const turn = recurrenceMs(profile);
  return turn === undefined ? anchor : anchor + Math.floor((atMs - anchor) / turn) * turn;
}

/** The period a profile imposes at `atMs`, or undefined where it says nothing. */
function periodAt(
  profile: InstalledProfile,
  tx: RunningTransaction | undefined,
  atMs: number,
): SchedulePeriod | undefined {
  if (!concerns(profile, tx)) return undefined;
  if (profile.validFromMs !== undefined && atMs < profile.validFromMs) return undefined;
  if (profile.validToMs !== undefined && atMs >= profile.validToMs) return undefined;
  const start = turnStart(profile, tx, atMs);
  if (start === undefined) return undefined;
  const { durationS, periods } = profile.schedule;
  const elapsedMs = atMs - start;
  if (durationS !== undefined && elapsedMs >= durationS * 1_000) return undefined;
  let current: SchedulePeriod | undefined;
  for (const period of periods) if (period.startS * 1_000 <= elapsedMs) current = period;
  return current;
}

/** 2.1: it has been without its CSMS for so long that the profile does not speak. */
export function isSilent(
  { maxOfflineS, silentOfflineS }: InstalledProfile,
  { atMs, offlineSinceMs = Number.POSITIVE_INFINITY }: { readonly atMs: number; readonly offlineSinceMs?: number },
): boolean {
  const mostS = Math.min(maxOfflineS ?? Number.POSITIVE_INFINITY, silentOfflineS ?? Number.POSITIVE_INFINITY);
  return atMs >= offlineSinceMs + mostS * 1_000;
}

export interface Leading {
  readonly profile: InstalledProfile;
  readonly period: SchedulePeriod;
}

/**
 * The profile that speaks for one purpose: the highest stack level with a period at `atMs` (1.6 3.13.3, 2.0.1 K01.FR.39).
 * `profiles` is sorted by stack level, highest first.
 */
export function leadingAt(
  profiles: readonly InstalledProfile[],
  tx: RunningTransaction | undefined,
  atMs: number,
): Leading | undefined {
  for (const profile of profiles) {
    const period = periodAt(profile, tx, atMs);
    if (period !== undefined) return { profile, period };
  }
  return undefined;
}

/** Every instant at which a profile may begin or cease to say something else, around `atMs`. */
function boundariesAround(
  profile: InstalledProfile,
  tx: RunningTransaction | undefined,
  atMs: number,
): readonly number[] {
  const found: number[] = [];
  if (profile.validFromMs !== undefined) found.push(profile.validFromMs);
  if (profile.validToMs !== undefined) found.push(profile.validToMs);
  const anchor = anchorOf(profile, tx, atMs);
  if (anchor === undefined) return found;
  const start = turnStart(profile, tx, atMs) ?? anchor;
  for (const period of profile.schedule.periods) found.push(start + period.startS * 1_000);
  if (profile.schedule.durationS !== undefined) found.push(start + profile.schedule.durationS * 1_000);
  const turn = recurrenceMs(profile);
  if (turn !== undefined) found.push(start + turn);
  return found;
}

/** The next instant after `atMs` at which the composite may change; undefined: never by itself. */
export function nextBoundary(
  profiles: readonly InstalledProfile[],
  tx: RunningTransaction | undefined,
  atMs: number,
): number | undefined {
  let next: number | undefined;
  for (const profile of profiles) {
    if (!concerns(profile, tx)) continue;
    for (const instant of boundariesAround(profile, tx, atMs)) {
      if (instant > atMs && (next === undefined || instant < next)) next = instant;
    }
  }
  return next;
}
