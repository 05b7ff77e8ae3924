import type { EpochMs } from '@headroom/kernel';
import type { InstalledProfile, RunningTransaction, Schedule, ScheduleStart } from './profile.ts';
import { DAY_MS, instantOfWall, type ZoneRules } from './wall-clock.ts';

/** A half-open piece of time. */
export interface Window {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

/** A run of a schedule: `untilMs` is where the next one begins; the duration of the schedule may end it before. */
export interface Turn extends Window {
  /** Where its seconds are counted from. */
  readonly startMs: EpochMs;
}

/** What a composite knows besides the profiles. */
export interface Circumstances {
  readonly transaction?: RunningTransaction | undefined;
  /** Needed by profiles with `useLocalTime` only. */
  readonly zone?: ZoneRules | undefined;
  /** On the station's clock: since when it has been without its CSMS. Absent: it is connected. */
  readonly offlineSinceMs?: EpochMs | undefined;
}

const DAYS_OF = { daily: 1, weekly: 7 } as const;

/**
 * The runs of a schedule that touch `window`, by time.
 *
 * What counts from the start of a transaction has begun as long as that runs, also where the clock was set back behind its start
 * since; while none runs, it is told as if one began with the window.
 * A recurring schedule has no run before its first start. Its turns are 24 h or 168 h apart, whatever the clocks on the wall do, since
 * OCPP's times are UTC; with `useLocalTime` each begins when the clock on the wall shows the same time again, so that a day may have 23
 * or 25 h. Within a turn seconds are seconds in both cases: OCPP states durations and periods in seconds, not in times of day.
 */
export function turnsOf(installed: InstalledProfile, schedule: Schedule, given: Given): readonly Turn[] {
  const { profile } = installed;
  const { window } = given;
  if (profile.kind === 'dynamic') return [dynamicTurn(installed, window)];
  // K01.FR.41: a relative schedule has no start; 1.6 7.13: one without is relative whatever its kind says.
  if (profile.kind === 'relative' || schedule.start === undefined) return [relativeTurn(given)];
  if (profile.kind === 'recurring') {
    const days = DAYS_OF[profile.recurrence ?? 'daily'];
    return recurringTurns(schedule.start, days, given);
  }
  const startMs = instantOf(schedule.start, given);
  return startMs < window.untilMs ? [{ startMs, fromMs: startMs, untilMs: window.untilMs }] : [];
}

/** A window, and the circumstances in it. */
export interface Given extends Circumstances {
  readonly window: Window;
}

function relativeTurn({ window, transaction }: Given): Turn {
  const startMs = transaction?.startedAtMs ?? window.fromMs;
  return { startMs, fromMs: Math.min(startMs, window.fromMs), untilMs: window.untilMs };
}

/** It holds from the moment it was set. Interpretation of K28: its duration counts from the last update. */
function dynamicTurn({ profile, installedAtMs }: InstalledProfile, window: Window): Turn {
  const startMs = profile.updatedAtMs ?? installedAtMs ?? window.untilMs;
  return { startMs, fromMs: Math.min(startMs, window.fromMs), untilMs: window.untilMs };
}

/** `useLocalTime` without rules of a zone is refused before it comes here (`composite.ts`). */
const instantOf = (start: ScheduleStart, { zone }: Circumstances): EpochMs =>
  start.kind === 'instant' ? start.atMs : zone === undefined ? start.wallMs : instantOfWall(start.wallMs, zone);

function recurringTurns(start: ScheduleStart, days: number, given: Given): readonly Turn[] {
  const { window, zone } = given;
  const stepMs = days * DAY_MS;
  const startOf = (turn: number): EpochMs => {
    const shiftMs = turn * stepMs;
    return start.kind === 'instant'
      ? start.atMs + shiftMs
      : instantOf({ kind: 'local', wallMs: start.wallMs + shiftMs }, { zone });
  };
  const firstMs = startOf(0);
  // One turn earlier than by reckoning: where clocks were set back since the first one, turns begin later.
  let turn = Math.max(0, Math.floor((window.fromMs - firstMs) / stepMs) - 1);
  const turns: Turn[] = [];
  for (let startMs = startOf(turn); startMs < window.untilMs; turn += 1) {
    const nextMs = startOf(turn + 1);
    if (nextMs > window.fromMs) turns.push({ startMs, fromMs: startMs, untilMs: nextMs });
    startMs = nextMs;
  }
  return turns;
}
