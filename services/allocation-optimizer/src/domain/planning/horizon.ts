import type { EpochMs } from '@headroom/kernel';
import type { Interval } from './question.ts';

export const SHORT_MS = 300_000;
/** A demand window, and an interval of a plan beyond its first hour. All offsets of civil time are whole quarters. */
export const QUARTER_MS = 900_000;
const SHORT_INTERVALS = 12;
/** From now on, in which a plan has budgets. */
export const BUDGET_MS = 3_600_000;

/**
 * From now on: to the next five minutes of the clock, twelve times five minutes, and on to a quarter; then quarters, the last of which
 * ends at or after `untilMs` (section 5). No interval crosses a quarter, so each lies in one demand window.
 */
export function horizonOf(nowMs: EpochMs, untilMs: EpochMs): readonly Interval[] {
  const intervals: Interval[] = [];
  const shortUntilMs =
    Math.ceil((nextAfter(nowMs, SHORT_MS) + (SHORT_INTERVALS - 1) * SHORT_MS) / QUARTER_MS) * QUARTER_MS;
  for (let fromMs = nowMs; fromMs < untilMs; ) {
    const toMs = fromMs < shortUntilMs ? nextAfter(fromMs, SHORT_MS) : fromMs + QUARTER_MS;
    intervals.push({ fromMs, toMs });
    fromMs = toMs;
  }
  return intervals;
}

/** The first multiple that is later. */
const nextAfter = (atMs: EpochMs, stepMs: number): EpochMs => (Math.floor(atMs / stepMs) + 1) * stepMs;

/** The demand window of an interval, by its number since the epoch. */
export const windowOf = ({ fromMs }: Interval): number => Math.floor(fromMs / QUARTER_MS);
