import type { EpochMs, SessionId } from '@headroom/kernel';
import type { Budget, Plan } from './plan.ts';

/** A plan that is older is ignored as a whole (PR7). */
export const PLAN_MAX_AGE_MS = 600_000;
/** Between two plans; two missed ones in a row are a warning (PR8). */
export const PLAN_EVERY_MS = 300_000;

export type PlanIgnored = 'none' | 'too-old' | 'expired' | 'from-the-future' | 'other-site-version';

export type UsablePlan =
  | { readonly kind: 'usable'; readonly plan: Plan }
  | { readonly kind: 'ignored'; readonly why: PlanIgnored };

/** One plan is either used or not, never half of it (PR7). What was not proven has never become a plan. */
export function usablePlan(plan: Plan | undefined, nowMs: EpochMs, siteVersion: number): UsablePlan {
  const why = reasonToIgnore(plan, nowMs, siteVersion);
  return plan === undefined || why !== undefined ? { kind: 'ignored', why: why ?? 'none' } : { kind: 'usable', plan };
}

function reasonToIgnore(plan: Plan | undefined, nowMs: EpochMs, siteVersion: number): PlanIgnored | undefined {
  if (plan === undefined) return 'none';
  if (plan.siteVersion !== siteVersion) return 'other-site-version';
  if (nowMs < plan.createdAtMs) return 'from-the-future';
  if (nowMs - plan.createdAtMs > PLAN_MAX_AGE_MS) return 'too-old';
  return nowMs >= plan.validUntilMs ? 'expired' : undefined;
}

/** Two plans in a row that should have come did not (PR8). `sinceMs`: the last plan, or since when one is waited for. */
export const missesPlans = (sinceMs: EpochMs, nowMs: EpochMs): boolean => nowMs - sinceMs >= 2 * PLAN_EVERY_MS;

/** The budget that holds now; undefined: none, as of a session that came after the plan (PR5). */
export const budgetAt = (plan: Plan, sessionId: SessionId, nowMs: EpochMs): Budget | undefined =>
  plan.budgets.get(sessionId)?.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);

/** The power that uses a budget up by its end (PR1), in watts; 0: it is used up. `usedWh`: in this interval so far. */
export function budgetW({ toMs, energyWh }: Budget, usedWh: number, nowMs: EpochMs): number {
  const leftWh = energyWh - usedWh;
  return leftWh <= 0 || nowMs >= toMs ? 0 : (leftWh * 3_600_000) / (toMs - nowMs);
}
