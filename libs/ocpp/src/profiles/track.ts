import type { EpochMs, EvseNumber } from '@headroom/kernel';
import type { InstalledProfile, Period, Purpose, RunningTransaction, Schedule } from './profile.ts';
import { type Span, spansOf } from './spans.ts';
import type { Given } from './turns.ts';

/** A profile with all that it says in a window. */
export interface Track {
  readonly installed: InstalledProfile;
  readonly schedule: Schedule;
  readonly spans: readonly Span[];
  /** The first span that has not ended; instants are asked in ascending order. */
  next: number;
}

/** Who speaks for a purpose at an instant, and what. */
export interface Leader {
  readonly installed: InstalledProfile;
  readonly schedule: Schedule;
  readonly period: Period;
  /** Another one for each time that the period comes: what stays the same leader has the same. */
  readonly span: Span;
}

/** Tracks of one purpose, the one that leads first. */
export type Stack = readonly Track[];

export interface Chosen {
  readonly profiles: readonly InstalledProfile[];
  /** Of ISO 15118's up to three schedules the one with this index is combined with its likes (2.1 K15.FR.22). */
  readonly scheduleIndex: number;
  readonly given: Given;
}

/**
 * The stack of some profiles of one purpose: highest stack level first (1.6 3.13.2; 2.x block K, 3.5). Two of one level are never
 * valid at once (K01.FR.06, K01.FR.39); if they are, the later in the list leads, since a station replaces the older.
 */
export function stackOf({ profiles, scheduleIndex, given }: Chosen): Stack {
  const tracks: Track[] = [];
  for (const installed of profiles.toReversed().toSorted(byStackLevel)) {
    const { schedules } = installed.profile;
    const schedule = schedules.length === 1 ? schedules[0] : schedules[scheduleIndex];
    if (schedule === undefined) continue;
    const spans = spansOf(installed, schedule, given);
    if (spans.length > 0) tracks.push({ installed, schedule, spans, next: 0 });
  }
  return tracks;
}

const byStackLevel = (a: InstalledProfile, b: InstalledProfile): number => b.profile.stackLevel - a.profile.stackLevel;

/** The highest profile with a period at `atMs`; undefined: none says anything. Instants must ascend from call to call. */
export function leaderAt(stack: Stack, atMs: EpochMs): Leader | undefined {
  for (const track of stack) {
    let span = track.spans[track.next];
    while (span !== undefined && span.untilMs <= atMs) {
      track.next += 1;
      span = track.spans[track.next];
    }
    if (span !== undefined && span.fromMs <= atMs) {
      return { installed: track.installed, schedule: track.schedule, period: span.period, span };
    }
  }
  return undefined;
}

/** Profiles of a purpose on one EVSE; 0: those of the station. */
export const placedOn = (profiles: readonly InstalledProfile[], purpose: Purpose, evse: EvseNumber) =>
  profiles.filter((one) => one.profile.purpose === purpose && one.evse === evse);

/**
 * Profiles of a purpose that concern an EVSE: its own, and those of EVSE 0 whose stack level it has none of its own of: there the
 * particular one takes the place of the general one (1.6 3.13.1; 2.x K01.FR.14 and K01.FR.53, by which both are never there).
 */
export function concerning(profiles: readonly InstalledProfile[], purpose: Purpose, evse: EvseNumber) {
  const own = placedOn(profiles, purpose, evse);
  const levels = new Set(own.map((one) => one.profile.stackLevel));
  return [...placedOn(profiles, purpose, 0).filter((one) => !levels.has(one.profile.stackLevel)), ...own];
}

/** Of the transaction that runs; one that names none was set for whichever runs (1.6 5.16; 2.x K05). */
export const ofTransaction = (
  profiles: readonly InstalledProfile[],
  evse: EvseNumber,
  running: RunningTransaction | undefined,
): readonly InstalledProfile[] =>
  running === undefined
    ? []
    : placedOn(profiles, 'tx', evse).filter(
        ({ profile }) => profile.transactionId === undefined || profile.transactionId === running.transactionId,
      );
