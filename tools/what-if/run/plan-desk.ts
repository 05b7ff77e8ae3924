import {
  type BillingMemory,
  drawnUntil,
  keptOf,
  type Planner,
  questionNow,
  tariffOf,
} from '@headroom/allocation-optimizer';
import { siteId } from '@headroom/kernel';
import type { PlanDesk } from '../../optimum/policies/day-at-site.ts';

/**
 * The planning loop of a site on virtual time: what the service asks, of whom it asks it, and what it keeps of the answer. Meters are
 * looked at for the bill as the service does.
 *
 * @param run of questions that wait for the same planner at most one is of a site, so runs that go on together are sites of their own
 * @throws where a plan does not come: a way to share that goes on without its plan would be compared under its name
 */
export function planDesk(planner: Pick<Planner, 'plan'>, run: string): PlanDesk & { readonly plans: () => number } {
  let billing: BillingMemory | undefined;
  let made = 0;
  return {
    plans: () => made,
    hear: ({ site, state, nowMs }) => {
      const tariff = tariffOf(site);
      if (tariff !== undefined) billing = drawnUntil(billing, { site, tariff, state, atMs: nowMs });
    },
    ask: async (known) => {
      const question = { ...questionNow({ ...known, billing }), siteId: siteId(run) };
      if (question.sessions.length === 0) return undefined;
      made += 1;
      const outcome = await planner.plan(question, { planId: `1:${made}`, snapshotHash: '' });
      if (outcome.kind === 'no-plan') throw new Error(`no plan: ${outcome.reason}, ${outcome.why}`);
      return { kind: 'plan-made', plan: keptOf({ ...outcome.plan, epoch: 1n, seq: BigInt(made) }) };
    },
  };
}
