import type { SessionFact } from '../domain/facts.ts';
import { type Input, laneOf, NOTHING, type Outcome, TOO_MANY_SITES } from './input.ts';
import type { ShardTenure } from './shard-tenure.ts';
import { apply } from './site-lane.ts';

/** A car came, may charge, or went. */
export function onSessionFact(tenure: ShardTenure, input: Input<SessionFact>): Outcome {
  const lane = laneOf(tenure, input);
  if (lane === undefined) return TOO_MANY_SITES;
  if (!apply(lane, input.content)) return NOTHING;
  // What the driver asks for is shown; equal share does not use it.
  if (input.content.kind === 'charging-requested') return NOTHING;
  return { kind: 'decide', lane, when: 'soon', trigger: 'session' };
}
