import { type EpochMs, epochMs, type SessionId } from '@headroom/kernel';
import { needStepOf } from '../need.ts';
import { type EvseState, sessionEnergy } from '../site-state.ts';
import type { KeptPlan } from './kept-plan.ts';
import type { Budget, Plan } from './plan.ts';

/** A plan that is older is ignored as a whole (PR7). */
export const PLAN_MAX_AGE_MS = 600_000;
/** Between two plans; two missed ones in a row are a warning (PR8). */
export const PLAN_EVERY_MS = 300_000;
const MS_PER_H = 3_600_000;

export type PlanIgnored = 'none' | 'too-old' | 'expired' | 'from-the-future' | 'other-site-version';

export type UsablePlan<P> =
  | { readonly kind: 'usable'; readonly plan: P }
  | { readonly kind: 'ignored'; readonly why: PlanIgnored };

type Dated = Pick<Plan, 'siteVersion' | 'createdAtMs' | 'validUntilMs'>;

/** One plan is either used or not, never half of it (PR7). What was not proven has never become a plan. */
export function usablePlan<P extends Dated>(plan: P | undefined, nowMs: EpochMs, siteVersion: number): UsablePlan<P> {
  const why = reasonToIgnore(plan, nowMs, siteVersion);
  return plan === undefined || why !== undefined ? { kind: 'ignored', why: why ?? 'none' } : { kind: 'usable', plan };
}

function reasonToIgnore(plan: Dated | undefined, nowMs: EpochMs, siteVersion: number): PlanIgnored | undefined {
  if (plan === undefined) return 'none';
  if (plan.siteVersion !== siteVersion) return 'other-site-version';
  if (nowMs < plan.createdAtMs) return 'from-the-future';
  if (nowMs >= plan.validUntilMs) return 'expired';
  return nowMs - plan.createdAtMs > PLAN_MAX_AGE_MS ? 'too-old' : undefined;
}

/** Instants at which what is answered above may change by time alone. */
export const plannedInstants = ({ createdAtMs, validUntilMs }: Dated): readonly EpochMs[] => [
  createdAtMs,
  epochMs(createdAtMs + PLAN_MAX_AGE_MS + 1),
  validUntilMs,
];

/** Two plans in a row that should have come did not (PR8). `sinceMs`: the last plan, or since when one is waited for. */
export const missesPlans = (sinceMs: EpochMs, nowMs: EpochMs): boolean => nowMs - sinceMs >= 2 * PLAN_EVERY_MS;

/** The budget that holds now; undefined: none, as of a session that came after the plan (PR5). */
export const budgetAt = (plan: Pick<Plan, 'budgets'>, sessionId: SessionId, nowMs: EpochMs): Budget | undefined =>
  plan.budgets.get(sessionId)?.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);

/** Behind or before its plan by less than this a session is on it: what is told of its energy comes in steps. */
export const ON_PLAN_WH = 100;
/** What is left of a budget is spread over no less than this. */
const LEAST_LEFT_MS = 60_000;

/** What a session had, as its meter told. */
export interface Delivered {
  readonly energyWh: number;
  readonly asOfMs: EpochMs;
}

/** Undefined: no register was ever seen. */
export function deliveredOf(facts: EvseState): Delivered | undefined {
  const energyWh = sessionEnergy(facts);
  if (energyWh === undefined || facts.sample === undefined) return undefined;
  return { energyWh, asOfMs: facts.sample.receivedAtMs };
}

/**
 * What a session should have had by now by its plan, and did not have (Wh); below 0: it had more. In whole steps towards 0, and as of
 * the sample that tells it: time alone does not move it. 0 where nobody knows.
 */
export function backlogWh(plan: KeptPlan, sessionId: SessionId, delivered: Delivered | undefined): number {
  const before = plan.deliveredWh.get(sessionId);
  if (delivered === undefined || before === undefined) return 0;
  const planned = (plan.budgets.get(sessionId) ?? []).reduce((sum, { fromMs, toMs, energyWh }) => {
    const passed = (Math.min(toMs, delivered.asOfMs) - fromMs) / (toMs - fromMs);
    return sum + energyWh * Math.max(0, passed);
  }, 0);
  const steps = Math.trunc((planned - (delivered.energyWh - before)) / ON_PLAN_WH);
  // Not -0 either: it is compared.
  return Number.isFinite(steps) && steps !== 0 ? steps * ON_PLAN_WH : 0;
}

/**
 * The power that uses the budget of this interval up by its end (PR1), in watts: what is planned, and what it is behind over the time
 * that is left. 0: it is used up, or there is none.
 */
export function budgetW(
  plan: KeptPlan,
  sessionId: SessionId,
  { delivered, nowMs }: { readonly delivered: Delivered | undefined; readonly nowMs: EpochMs },
): number {
  const budget = budgetAt(plan, sessionId, nowMs);
  if (budget === undefined) return 0;
  const { fromMs, toMs, energyWh } = budget;
  const leftMs = Math.max(LEAST_LEFT_MS, toMs - needStepOf(nowMs));
  const watts = (energyWh * MS_PER_H) / (toMs - fromMs) + (backlogWh(plan, sessionId, delivered) * MS_PER_H) / leftMs;
  // Whatever is said to be a plan: no number, or no time, is no budget.
  return Number.isFinite(watts) ? Math.max(0, watts) : 0;
}

/** What all cars of a plan are to take now, whoever of them is still there. */
export function plannedCarsW({ budgets }: Pick<Plan, 'budgets'>, nowMs: EpochMs): number {
  let watts = 0;
  for (const sessionId of budgets.keys()) {
    const budget = budgetAt({ budgets }, sessionId, nowMs);
    if (budget !== undefined) watts += (budget.energyWh * MS_PER_H) / (budget.toMs - budget.fromMs);
  }
  return watts;
}

/** Is it further behind its plan, or less? Of facts alone; who it is stands in the session. */
export function isBehindOtherwise(plan: KeptPlan, was: EvseState, is: EvseState): boolean {
  if (was.sample === is.sample || was.session === undefined || is.session === undefined) return false;
  return (
    backlogWh(plan, was.session.sessionId, deliveredOf(was)) !== backlogWh(plan, is.session.sessionId, deliveredOf(is))
  );
}
