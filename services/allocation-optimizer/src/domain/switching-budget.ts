import { type EpochMs, epochMs } from '@headroom/kernel';
import type { Given } from './control-memory.ts';
import type { Turn } from './rotation.ts';

/**
 * Contactors wear out by closing. So often within an hour an EVSE may be raised from nothing: four whole turns of a quarter of an hour fit (RF2), so that turns by
 * themselves never spend it. Too small, and a car that the building has paused a few times waits beside free current; too large, and it bounds nothing.
 */
export const CLOSINGS_AN_HOUR = 4;
/** The same of who must charge now to leave in time, is boosted, or is assured a minimum: a driver's hour is worth more than a few closings, but not any number of them. */
export const URGENT_CLOSINGS_AN_HOUR = 8;
/** An hour: so long a closing counts. */
export const CLOSING_COUNTS_FOR_MS = 3_600_000;

/** The latest closings of one EVSE, oldest first, whoever's car it was; no more of them than anybody may ever spend. */
export type Closings = readonly EpochMs[];

/** What is remembered of a raise: of one from nothing that it closes. A bay that offers its fallback to whoever comes closes then by itself, which is not counted. */
export function closingsAfter(before: Given | undefined, limit: number, nowMs: EpochMs): Pick<Given, 'closedAtMs'> {
  const closedAtMs = before?.closedAtMs ?? [];
  if (before?.limit === 0 && limit > 0) return { closedAtMs: [...closedAtMs, nowMs].slice(-URGENT_CLOSINGS_AN_HOUR) };
  return before?.closedAtMs === undefined ? {} : { closedAtMs };
}

/**
 * Where it stands with its budget. While it has nothing it is not raised before a closing is given back; while it charges it comes before others who could be
 * paused instead. A first start waits for nobody's budget: whoever has just come would be told that the cars before him had charged too restlessly.
 */
export function budgetOf(
  { limit, closedAtMs = [] }: Given,
  {
    startedAtMs,
    hasCharged,
    isUrgent,
    nowMs,
  }: {
    readonly startedAtMs: EpochMs;
    readonly hasCharged: boolean;
    readonly isUrgent: boolean;
    readonly nowMs: EpochMs;
  },
): Pick<Turn, 'isSpent' | 'closesAgain'> {
  const most = isUrgent ? URGENT_CLOSINGS_AN_HOUR : CLOSINGS_AN_HOUR;
  const firstOfThem = closedAtMs.at(-most);
  // A clock that was set back by more than an hour spends nothing.
  if (firstOfThem === undefined || Math.abs(nowMs - firstOfThem) >= CLOSING_COUNTS_FOR_MS) return {};
  if (limit > 0) return { isSpent: true };
  if (!hasCharged && !closedAtMs.some((atMs) => atMs >= startedAtMs)) return {};
  return { closesAgain: { times: most, fromMs: epochMs(firstOfThem + CLOSING_COUNTS_FOR_MS) } };
}
