import type { SiteId } from '@headroom/kernel';
import { type ForecastError, forecastErrorOf } from '../domain/forecast/forecast-error.ts';
import type { RecordedPlan } from '../domain/planning/kept-plan.ts';
import { type EvsePlan, evsePlansOf } from '../domain/planning/plan-view.ts';
import type { PlanUse } from '../domain/policies/plan-following.ts';
import type { Tenures } from './tenures.ts';

export interface ShownPlan {
  /** Of the last decision. Undefined: the site shares in a way that follows no plan, or nobody is there. */
  readonly use: PlanUse | undefined;
  /** The newest one. Undefined: none was made in this tenure. */
  readonly plan: RecordedPlan | undefined;
  readonly evses: readonly EvsePlan[];
  /** Of what was said of building and sources a day before. */
  readonly forecastError: ForecastError;
}

export type PlanAnswer =
  | { readonly kind: 'answer'; readonly value: ShownPlan }
  /** It is none of our sites, or not for certain. */
  | { readonly kind: 'elsewhere' }
  /** It is ours, and nothing has been decided yet. */
  | { readonly kind: 'not-yet' };

/** The plan of a site, by whoever may decide for it: of another owner's site only that one knows. */
export function planOfSite(tenures: Pick<Tenures, 'all'>, site: SiteId): PlanAnswer {
  for (const tenure of tenures.all()) {
    const lane = tenure.laneOf(site);
    if (lane === undefined || !tenure.fence()) continue;
    if (lane.decision === undefined) return { kind: 'not-yet' };
    const { shown: plan } = lane.planning;
    const evses = plan === undefined ? [] : evsePlansOf(plan, lane.state);
    const forecastError = forecastErrorOf(lane.forecast);
    return { kind: 'answer', value: { use: lane.decision.plan, plan, evses, forecastError } };
  }
  return { kind: 'elsewhere' };
}
