import { assertNever } from '@headroom/kernel';
import { type PastDecision, replayDecision } from '../domain/replay-memory.ts';
import { type Input, laneOf, NOTHING, type Outcome, TOO_MANY_SITES } from './input.ts';
import type { ShardTenure } from './shard-tenure.ts';

/** What this service itself has written, in this tenure or by earlier owners. */
export type AllocationInput =
  | { readonly kind: 'epoch-opened'; readonly epoch: bigint }
  | { readonly kind: 'decision-made'; readonly decision: PastDecision };

/** Our own output. It tells who owns the shard (HO-10), and while we begin what the last owner gave. Nothing is decided on it. */
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
    default:
      return assertNever(content);
  }
}

type Numbered = Pick<PastDecision, 'epoch' | 'seq'>;

/** Numbers begin anew with each epoch. */
const isAfter = (a: Numbered, b: Numbered): boolean => a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);
