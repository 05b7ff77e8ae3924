import { type EpochMs, epochMs } from '@headroom/kernel';
import { MOST_CLOSINGS_AN_HOUR, type SwitchingBudget } from '@headroom/site-model';
import type { Given } from './control-memory.ts';
import type { Turn } from './rotation.ts';

/** An hour: so long a closing counts. */
export const CLOSING_COUNTS_FOR_MS = 3_600_000;

/** The latest closings of one EVSE, oldest first, whoever's car it was; no more of them than anybody may ever spend, whatever his document says. */
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
    budget: { closingsAnHour, mostClosingsAnHour },
    nowMs,
  }: {
    readonly startedAtMs: EpochMs;
    readonly hasCharged: boolean;
    readonly isUrgent: boolean;
    /** What the document of its site allows its contactor (`switchingOf`). */
    readonly budget: SwitchingBudget;
    readonly nowMs: EpochMs;
  },
): Pick<Turn, 'isSpent' | 'closesAgain'> {
  const soft = givenBackAt(closedAtMs, closingsAnHour, nowMs);
  if (soft === undefined) return {};
  if (limit > 0) return { isSpent: true };
  if (!hasCharged && !closedAtMs.some((atMs) => atMs >= startedAtMs)) return {};
  const hard = givenBackAt(closedAtMs, mostClosingsAnHour, nowMs);
  if (hard !== undefined) return { closesAgain: { times: mostClosingsAnHour, fromMs: hard, isAsked: false } };
  return isUrgent ? {} : { closesAgain: { times: closingsAnHour, fromMs: soft, isAsked: true } };
}

/** When it has closed less than so often within an hour again. Undefined: it has now. A clock that was set back by more than an hour spends nothing. */
function givenBackAt(closedAtMs: Closings, most: number, nowMs: EpochMs): EpochMs | undefined {
  const first = closedAtMs.at(-most);
  if (first === undefined || Math.abs(nowMs - first) >= CLOSING_COUNTS_FOR_MS) return undefined;
  return epochMs(first + CLOSING_COUNTS_FOR_MS);
}
