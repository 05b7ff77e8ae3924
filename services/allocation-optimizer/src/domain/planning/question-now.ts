import type { EpochMs } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import type { BillingMemory } from '../billing-memory.ts';
import type { ControlMemory } from '../control-memory.ts';
import { countLoads } from '../decide.ts';
import type { ForecastMemory } from '../forecast/forecast-memory.ts';
import type { Forecaster } from '../forecast/forecaster.ts';
import { limitedSite } from '../limited-site.ts';
import type { SiteState } from '../site-state.ts';
import { planQuestionOf } from './plan-question-of.ts';
import type { PlanQuestion } from './question.ts';

/** What a plan is asked of a site as the fast loop knows it now: other load counts as it does in a decision. */
export function questionNow(of: {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly memory: ControlMemory;
  readonly billing?: BillingMemory | undefined;
  readonly forecast?: ForecastMemory | undefined;
  /** Absent: everything stays as it counts now. */
  readonly forecaster?: Forecaster | undefined;
  readonly nowMs: EpochMs;
}): PlanQuestion {
  const { site, state, memory, billing, forecast, forecaster, nowMs } = of;
  const loads = countLoads(limitedSite(site, state, nowMs), state, memory, nowMs);
  return planQuestionOf({
    ...{ site, state, billing, forecast, forecaster, nowMs },
    given: memory.given,
    otherLoad: loads.now,
  });
}
