import type { Planner } from '@headroom/allocation-optimizer';
import type { PlanObjective, SiteModel } from '@headroom/site-model';
import { type Tariff, tariffDocument } from '@headroom/tariff';
import { oursAlongPlans } from '../../optimum/policies/ours.ts';
import type { Knowledge } from '../../optimum/policies/policy.ts';
import { runDayAwaiting } from '../../optimum/run/run-day.ts';
import { planDesk } from './plan-desk.ts';
import type { ReplayDay } from './replay-day.ts';
import { type Money, type Result, resultOf, type Yardsticks } from './result.ts';

/** In the words of the table, by what a plan makes as good as it can once nobody goes short for it. */
export const OURS_PLANNED: Readonly<Record<PlanObjective, string>> = {
  delivery: 'Headroom with plan',
  cost: 'Headroom for cost',
};

/** Planners that may be open at once: each has a thread of its own, and solves for one run at a time. */
const KNOWS: readonly Knowledge[] = ['claims', 'truth'];

/**
 * The same control loop along plans: for delivery, and where there is a tariff for the lowest cost too; once knowing what drivers said, once
 * knowing what they will do. Two runs go on at a time, and each waits for its own plans: no figure hangs on how fast a machine is.
 *
 * @throws where a plan does not come
 */
export async function plannedResults(
  day: ReplayDay,
  of: { readonly openPlanner: () => Planner; readonly yardsticks: Yardsticks; readonly money: Money },
): Promise<readonly Result[]> {
  const { tariff } = of.money;
  const objectives: readonly PlanObjective[] = tariff === undefined ? ['delivery'] : ['delivery', 'cost'];
  const results: Result[] = [];
  for (const objective of objectives)
    results.push(...(await Promise.all(KNOWS.map((knows) => plannedResult(day, { ...of, objective, knows })))));
  // As the others stand in the table: first what all of them are that know the same.
  return results.toSorted((a, b) => KNOWS.indexOf(a.knows ?? 'claims') - KNOWS.indexOf(b.knows ?? 'claims'));
}

async function plannedResult(
  day: ReplayDay,
  of: Parameters<typeof plannedResults>[1] & { readonly objective: PlanObjective; readonly knows: Knowledge },
): Promise<Result> {
  const { objective, knows } = of;
  const name = OURS_PLANNED[objective];
  const planner = of.openPlanner();
  try {
    const desk = planDesk(planner, `${objective}-${knows}`);
    const site = siteFor(day.site, objective, of.money.tariff);
    const policy = oursAlongPlans(name, (one: ReplayDay) => ({ ...one, site, rests: true, desk }));
    const run = await runDayAwaiting(day, policy, { knows, cars: 'ideal' });
    return { policy: name, knows, ...resultOf(day, run, of), plans: desk.plans() };
  } finally {
    await planner.stop();
  }
}

/** The site as its document would ask for such plans. */
function siteFor(site: SiteModel, objective: PlanObjective, tariff: Tariff | undefined): SiteModel {
  if (tariff === undefined) return { ...site, objective };
  const documentJson = JSON.stringify(tariffDocument(tariff));
  return { ...site, objective, tariff: { name: tariff.name, documentJson } };
}
