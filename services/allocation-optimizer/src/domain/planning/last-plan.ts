import type { EpochMs, SessionId } from '@headroom/kernel';
import type { KeptPlan } from './kept-plan.ts';
import { hoursOf, type Interval } from './question.ts';
import { usablePlan } from './usable-plan.ts';

const WATTS_PER_KW = 1_000;

/**
 * What the plan that is followed gives each session that has a budget in it, as mean power in kW of each interval, as far as its budgets go
 * (PO5). Of one without a budget nothing is known: it may be new. Undefined for all: no plan is followed.
 */
export function lastPowersOf(
  plan: KeptPlan | undefined,
  of: { readonly intervals: readonly Interval[]; readonly nowMs: EpochMs; readonly siteVersion: number },
): (sessionId: SessionId) => readonly number[] | undefined {
  const usable = usablePlan(plan, of.nowMs, of.siteVersion);
  if (usable.kind === 'ignored') return () => undefined;
  const { budgets, envelope } = usable.plan;
  const endMs = envelope.at(-1)?.toMs ?? -Infinity;
  const known = of.intervals.filter(({ toMs }) => toMs <= endMs);
  return (sessionId) => {
    const budget = budgets.get(sessionId);
    if (budget === undefined || known.length === 0) return undefined;
    return known.map((interval) => {
      const wh = budget.reduce((sum, each) => sum + each.energyWh * partOf(each, interval), 0);
      return wh / hoursOf(interval) / WATTS_PER_KW;
    });
  };
}

/** How much of the one lies in the other, in parts of 1. */
const partOf = (one: Interval, other: Interval): number =>
  Math.max(0, Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs)) / (one.toMs - one.fromMs);
