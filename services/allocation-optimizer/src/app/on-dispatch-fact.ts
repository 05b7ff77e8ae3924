import { assertNever, evseId } from '@headroom/kernel';
import type { DispatchFact, LimitsMissing, StationLost } from '../domain/facts.ts';
import { type Input, laneOf, NOTHING, type Outcome, TOO_MANY_SITES } from './input.ts';
import type { ShardTenure } from './shard-tenure.ts';
import { apply } from './site-lane.ts';

/** A fact of the dispatcher, under its epoch; or the opening of a new one, which is of no site. */
export type DispatchInput =
  | { readonly kind: 'fact'; readonly epoch: bigint; readonly fact: DispatchFact | StationLost | LimitsMissing }
  | { readonly kind: 'epoch-opened'; readonly epoch: bigint };

/** What became of our decisions: limits on their way, and what each EVSE counts with. */
export function onDispatchFact(tenure: ShardTenure, input: Input<DispatchInput>): Outcome {
  const { content } = input;
  switch (content.kind) {
    case 'epoch-opened':
      tenure.noteDispatcherEpoch(content.epoch);
      return NOTHING;
    case 'fact': {
      const { fact } = content;
      // Conclusions of a dispatcher that lost the shard are dropped; a limit it intended may still be obeyed.
      if (fact.kind !== 'limit-intended' && !tenure.dispatcherRules(content.epoch)) return NOTHING;
      const lane = laneOf(tenure, input);
      if (lane === undefined) return TOO_MANY_SITES;
      if (fact.kind === 'station-disconnected') {
        return apply(lane, fact) ? { kind: 'decide', lane, when: 'now', trigger: 'dispatch' } : NOTHING;
      }
      if (fact.kind === 'station-limits-missing') {
        return apply(lane, fact) ? { kind: 'decide', lane, when: 'soon', trigger: 'dispatch' } : NOTHING;
      }
      const id = evseId(fact.stationId, fact.evse);
      const before = lane.state.evses.get(id)?.dispatch.committed;
      if (!apply(lane, fact) || fact.kind !== 'committed-changed') return NOTHING;
      const rose = before === undefined || fact.committed > before;
      return { kind: 'decide', lane, when: rose ? 'now' : 'soon', trigger: 'dispatch' };
    }
    default:
      return assertNever(content);
  }
}
