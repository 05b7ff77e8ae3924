import { type EpochMs, epochMs } from '@headroom/kernel';
import type { Given } from './control-memory.ts';
import type { Turn } from './rotation.ts';

/**
 * Contactors wear out by closing. Who was raised from nothing so often within an hour comes after all others: he has what they leave, and a pause lasts until a closing
 * is given back. Four whole turns of a quarter of an hour fit (RF2), so that turns by themselves never spend it. Too small, and whom the building has paused a few
 * times waits while others charge; too large, and the restless one is served before them.
 */
export const CLOSINGS_AN_HOUR = 4;
/**
 * And so often at most, whatever is left that nobody else can use, and also of who must charge now to leave in time, is boosted, or is assured a minimum: their hour is worth a few
 * closings more, but not any number of them. Too small, and current flows to nobody beside cars that wait; too large, and it bounds nothing: by its
 * five minutes of rest (OD3) a contactor closes ten times an hour.
 */
export const MOST_CLOSINGS_AN_HOUR = 8;
/** An hour: so long a closing counts. */
export const CLOSING_COUNTS_FOR_MS = 3_600_000;

/** The latest closings of one EVSE, oldest first, whoever's car it was; no more of them than anybody may ever spend. */
export type Closings = readonly EpochMs[];

/** What is remembered of a raise: of one from nothing that it closes. A bay that offers its fallback to whoever comes closes then by itself, which is not counted. */
export function closingsAfter(before: Given | undefined, limit: number, nowMs: EpochMs): Pick<Given, 'closedAtMs'> {
  const closedAtMs = before?.closedAtMs ?? [];
  if (before?.limit === 0 && limit > 0) return { closedAtMs: [...closedAtMs, nowMs].slice(-MOST_CLOSINGS_AN_HOUR) };
  return before?.closedAtMs === undefined ? {} : { closedAtMs };
}

/**
 * Where it stands with its budget. While it has nothing it is asked last, or not at all, until a closing is given back; while it charges it comes before others who could be
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
  const soft = givenBackAt(closedAtMs, CLOSINGS_AN_HOUR, nowMs);
  if (soft === undefined) return {};
  if (limit > 0) return { isSpent: true };
  if (!hasCharged && !closedAtMs.some((atMs) => atMs >= startedAtMs)) return {};
  const hard = givenBackAt(closedAtMs, MOST_CLOSINGS_AN_HOUR, nowMs);
  if (hard !== undefined) return { closesAgain: { times: MOST_CLOSINGS_AN_HOUR, fromMs: hard, isAsked: false } };
  return isUrgent ? {} : { closesAgain: { times: CLOSINGS_AN_HOUR, fromMs: soft, isAsked: true } };
}

/** When it has closed less than so often within an hour again. Undefined: it has now. A clock that was set back by more than an hour spends nothing. */
function givenBackAt(closedAtMs: Closings, most: number, nowMs: EpochMs): EpochMs | undefined {
  const first = closedAtMs.at(-most);
  if (first === undefined || Math.abs(nowMs - first) >= CLOSING_COUNTS_FOR_MS) return undefined;
  return epochMs(first + CLOSING_COUNTS_FOR_MS);
}
