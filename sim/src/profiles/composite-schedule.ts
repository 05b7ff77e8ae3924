import type { SchedulePeriod } from './profile.ts';
import type { LimitQuery, ProfileStore } from './store.ts';

/** Firmware answers at most this many periods; a longer composite is cut and its duration with it. */
export const COMPOSITE_MAX_PERIODS = 240;

export interface CompositeSchedule {
  readonly startMs: number;
  readonly durationS: number;
  /** A per phase. */
  readonly periods: readonly SchedulePeriod[];
}

/** GetCompositeSchedule: the limits from `query.atMs` on, for `durationS` seconds, as if nobody acted meanwhile. */
export function compositeSchedule(store: ProfileStore, query: LimitQuery, durationS: number): CompositeSchedule {
  const endMs = query.atMs + durationS * 1_000;
  const periods: SchedulePeriod[] = [];
  let atMs: number | undefined = query.atMs;
  while (atMs !== undefined && atMs < endMs) {
    const { limitA } = store.limitAt({ ...query, atMs });
    if (periods.at(-1)?.limit !== limitA) {
      if (periods.length === COMPOSITE_MAX_PERIODS) {
        return { startMs: query.atMs, durationS: Math.floor((atMs - query.atMs) / 1_000), periods };
      }
      periods.push({ startS: Math.ceil((atMs - query.atMs) / 1_000), limit: limitA });
    }
    atMs = store.nextChangeAt({ ...query, atMs });
  }
  return { startMs: query.atMs, durationS, periods };
}
