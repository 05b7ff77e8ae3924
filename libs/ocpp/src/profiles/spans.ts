import type { EpochMs } from '@headroom/kernel';
import type { InstalledProfile, Period, Schedule } from './profile.ts';
import { type Given, type Turn, turnsOf, type Window } from './turns.ts';

/** A period in time. */
export interface Span extends Window {
  readonly period: Period;
}

const SECOND_MS = 1_000;

/**
 * When which period of a profile speaks within the window, by time and without overlap; where there is no span the profile says
 * nothing, and a lower stack level may lead (1.6 5.16.4; 2.x block K, 3.5).
 *
 * A turn that is shorter than its schedule cuts it; a duration ends it; a last period without duration goes on until the turn ends.
 */
export function spansOf(installed: InstalledProfile, schedule: Schedule, given: Given): readonly Span[] {
  const valid = validWindow(installed, given);
  if (valid.fromMs >= valid.untilMs) return [];
  return turnsOf(installed, schedule, given).flatMap((turn) => spansOfTurn(turn, schedule, valid));
}

function spansOfTurn(turn: Turn, schedule: Schedule, valid: Window): readonly Span[] {
  const { durationS, periods } = schedule;
  const endMs = Math.min(turn.untilMs, durationS === undefined ? turn.untilMs : turn.startMs + durationS * SECOND_MS);
  const spans: Span[] = [];
  periods.forEach((period, i) => {
    // A turn may have begun before its seconds are counted (turns.ts): what holds from second 0 on holds until then too.
    const startMs = period.startS === 0 ? turn.fromMs : at(turn, period);
    const next = periods[i + 1];
    const span = {
      fromMs: Math.max(startMs, valid.fromMs),
      untilMs: Math.min(endMs, next === undefined ? endMs : at(turn, next), valid.untilMs),
      period,
    };
    if (span.fromMs < span.untilMs) spans.push(span);
  });
  return spans;
}

const at = (turn: Turn, period: Period): EpochMs => turn.startMs + period.startS * SECOND_MS;

/** `validFrom` is inside, `validTo` is not; offline for `maxOfflineDuration` or longer is outside (2.1). */
function validWindow({ profile }: InstalledProfile, { window, offlineSinceMs }: Given): Window {
  const { validFromMs, validToMs, maxOfflineS } = profile;
  const silentMs =
    maxOfflineS === undefined || offlineSinceMs === undefined ? undefined : offlineSinceMs + maxOfflineS * SECOND_MS;
  return {
    fromMs: Math.max(window.fromMs, validFromMs ?? window.fromMs),
    untilMs: Math.min(window.untilMs, validToMs ?? window.untilMs, silentMs ?? window.untilMs),
  };
}
