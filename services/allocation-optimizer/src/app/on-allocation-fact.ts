import { assertNever, type SiteId } from '@headroom/kernel';
import { keptOf, type RecordedPlan } from '../domain/planning/kept-plan.ts';
import { type PastDecision, replayDecision } from '../domain/replay-memory.ts';
import { type Input, laneOf, NOTHING, type Outcome, TOO_MANY_SITES } from './input.ts';
import type { ShardTenure } from './shard-tenure.ts';
import { apply } from './site-lane.ts';

/** What this service itself has written, in this tenure or by earlier owners. */
export type AllocationInput =
  | { readonly kind: 'epoch-opened'; readonly epoch: bigint }
  | { readonly kind: 'decision-made'; readonly decision: PastDecision }
  | { readonly kind: 'plan-made'; readonly plan: RecordedPlan };

/**
 * Our own output. It tells who owns the shard (HO-10), and while we begin what the last owner gave; on that nothing is decided. A plan
 * counts from where it stands in the log, for its owner as for the next one.
 */
export function onAllocationFact(tenure: ShardTenure, input: Input<AllocationInput>): Outcome {
  const { content } = input;
  switch (content.kind) {
    case 'epoch-opened':
      tenure.noteOpened(content.epoch);
      return NOTHING;
    case 'decision-made': {
      const { decision } = content;
      if (!tenure.isReading() || !tenure.ownerRules(decision.epoch)) return NOTHING;
      const lane = laneOf(tenure, input);
      if (lane === undefined) return TOO_MANY_SITES;
      if (!isAfter(decision, lane.replayed)) return NOTHING;
      lane.memory = replayDecision(lane.memory, decision);
      lane.replayed = decision;
      return NOTHING;
    }
    case 'plan-made':
      return onPlan(tenure, input.siteId, content.plan);
    default:
      return assertNever(content);
  }
}

/** One of an owner that had lost the shard when it wrote is none. */
function onPlan(tenure: ShardTenure, siteId: SiteId, plan: RecordedPlan): Outcome {
  if (!tenure.ownerRules(plan.epoch)) return NOTHING;
  const lane = tenure.open(siteId);
  if (lane === undefined) return TOO_MANY_SITES;
  if (plan.epoch < lane.replayed.epoch || !apply(lane, { kind: 'plan-made', plan: keptOf(plan) })) return NOTHING;
  lane.planning.shown = plan;
  return { kind: 'decide', lane, when: 'soon', trigger: 'plan' };
}

type Numbered = Pick<PastDecision, 'epoch' | 'seq'>;

/** Numbers begin anew with each epoch. */
const isAfter = (a: Numbered, b: Numbered): boolean => a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);
