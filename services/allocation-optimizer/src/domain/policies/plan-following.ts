import type { EpochMs, EvseId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { phasesPlanned, wattsPerAmp } from '../planning/conductors.ts';
import type { KeptPlan } from '../planning/kept-plan.ts';
import { budgetW, deliveredOf, type PlanIgnored, usablePlan } from '../planning/usable-plan.ts';
import type { ContenderRole } from '../roles.ts';
import { EMPTY_EVSE_STATE, type SiteState } from '../site-state.ts';
import type { Contender, Policy } from './policy.ts';

/** What a decision did with the plan of its site. */
export type PlanUse =
  | { readonly kind: 'followed'; readonly epoch: bigint; readonly seq: bigint }
  | { readonly kind: 'ignored'; readonly why: PlanIgnored };

export interface Planned {
  /** The policy of the site, with its first segments where a plan is followed (KP12). */
  readonly policy: Policy;
  /** Absent: the policy follows no plan, or there is nobody to plan for. */
  readonly use?: PlanUse;
  /** The plan, where it is followed. */
  readonly plan?: KeptPlan;
  /** And what is left of the budgets in it as a current, however small. */
  readonly budgets?: ReadonlyMap<EvseId, number>;
}

/**
 * KP12: what a plan says the session should have now comes first, for everybody who has a plan, and the rest is shared by the policy
 * as without one. A plan that is missing, stale or of another document is ignored as a whole, and the decision says so (PR7). Whatever
 * stands in a plan: it says who rises first, and nothing about limits.
 */
export function alongPlan(
  policy: Policy,
  of: {
    readonly site: SiteModel;
    readonly state: SiteState;
    readonly contending: readonly ContenderRole[];
    readonly nowMs: EpochMs;
  },
): Planned {
  if (policy.followsPlan !== true || of.contending.length === 0) return { policy };
  const usable = usablePlan(of.state.plan, of.nowMs, of.site.version);
  if (usable.kind === 'ignored') return { policy, use: usable };
  const { plan } = usable;
  const budgets = new Map(of.contending.map((role) => [role.evse.evseId, budgetDeciA(plan, role, of)]));
  return {
    policy: {
      ...policy,
      plannedTo: firstSegment(budgets),
      sharedHow: `shared as planned, then ${policy.sharedHow.replace(/^shared /u, '')}`,
    },
    use: { kind: 'followed', epoch: plan.epoch, seq: plan.seq },
    ...{ plan, budgets },
  };
}

/** PR1: of a car that is planned at all no less than it can use; never more than it may have. */
const firstSegment =
  (budgets: ReadonlyMap<EvseId, number>) =>
  ({ evseId, min, max }: Contender): number => {
    const budget = budgets.get(evseId) ?? 0;
    return budget > 0 ? Math.min(max, Math.max(min, budget)) : 0;
  };

/** The current on each of its conductors that uses its budget up. */
function budgetDeciA(
  plan: KeptPlan,
  { evse }: ContenderRole,
  known: { readonly site: SiteModel; readonly state: SiteState; readonly nowMs: EpochMs },
): number {
  const { site, state, nowMs } = known;
  const facts = state.evses.get(evse.evseId) ?? EMPTY_EVSE_STATE;
  if (facts.session === undefined) return 0;
  const watts = budgetW(plan, facts.session.sessionId, { delivered: deliveredOf(facts), nowMs });
  const each = wattsPerAmp(site, evse, phasesPlanned(known, evse).length);
  return each > 0 ? Math.ceil((watts * 10) / each) : 0;
}
