import type { Clock } from '@headroom/kernel';
import type { Logger } from '@headroom/service-host';
import { byLabel, type Metrics } from '@headroom/telemetry';
import { planAgeOf, type PlanStanding, planStandingOf } from './app/plan-site.ts';
import type { Tenures } from './app/tenures.ts';
import { forecastErrorOf, type SeriesError } from './domain/forecast/forecast-error.ts';
import type { PlanEvents } from './events.ts';
import type { Planner } from './ports.ts';

const STANDINGS: readonly PlanStanding[] = [
  'followed',
  'none',
  'too-old',
  'expired',
  'from-the-future',
  'other-site-version',
];
const MS_PER_S = 1_000;

/** Telemetry of planning (ME11). */
export function createPlanEvents(logger: Logger, metrics: Metrics): PlanEvents {
  const plans = byLabel((outcome) => metrics.counter('headroom_plans_total', { outcome }));
  // From the start: of a site that is never planned it says 0, and is not missing.
  plans('planned');
  const seconds = metrics.histogram('headroom_plan_seconds', {});
  const gaps = metrics.histogram('headroom_plan_gap', {});
  return {
    planned: ({ solvedInMs, gap }) => {
      plans('planned').add();
      seconds.record(solvedInMs / MS_PER_S);
      gaps.record(gap);
    },
    notPlanned: ({ isTold, ...what }) => {
      plans(what.reason).add();
      if (isTold) logger.warn('allocation.no-plan', what);
    },
  };
}

/** ME11: how old plans are, how many sites have none to follow, and how the thread that makes them fares. */
export function observePlans(
  metrics: Metrics,
  {
    clock,
    tenures,
    planner,
  }: { readonly clock: Clock; readonly tenures: Pick<Tenures, 'lanes'>; readonly planner: Planner },
): void {
  for (const use of STANDINGS) {
    const sites = (): number => tenures.lanes().filter((lane) => planStandingOf(lane, clock.nowMs()) === use).length;
    metrics.observe('headroom_sites_by_plan', { use }, sites);
  }
  metrics.observe('headroom_plan_age_seconds', {}, () => {
    const ages = tenures.lanes().flatMap((lane) => {
      const isPlanned = planStandingOf(lane, clock.nowMs()) !== undefined;
      return isPlanned ? (planAgeOf(lane, clock.nowMs()) ?? []) : [];
    });
    return ages.length === 0 ? undefined : ages.reduce((oldest, age) => Math.max(oldest, age), 0) / MS_PER_S;
  });
  for (const series of ['building', 'pv'] as const) {
    const error = (): SeriesError | undefined => {
      const scores = tenures.lanes().flatMap(({ forecast }) => forecast?.scores ?? []);
      const { load, pv } = forecastErrorOf({ scores });
      return series === 'pv' ? pv : load;
    };
    metrics.observe('headroom_forecast_error_ratio', { of: series }, () => error()?.share);
    metrics.observe('headroom_forecast_error_watts', { of: series }, () => error()?.meanW);
  }
  metrics.observe('headroom_plans_waiting', {}, () => planner.stats.waiting);
  metrics.observe('headroom_planner_memory_bytes', {}, () => planner.stats.memoryBytes);
  metrics.observe('headroom_planner_replaced_total', {}, () => planner.stats.replacedWorkers);
}
