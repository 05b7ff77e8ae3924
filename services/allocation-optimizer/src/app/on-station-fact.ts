import type { StationFact } from '../domain/facts.ts';
import { type Input, laneOf, NOTHING, type Outcome, TOO_MANY_SITES } from './input.ts';
import type { ShardTenure } from './shard-tenure.ts';
import { apply } from './site-lane.ts';

/** A station came, went, or told about its car. One that went counts with more from now on: decided at once. */
export function onStationFact(tenure: ShardTenure, input: Input<StationFact>): Outcome {
  const lane = laneOf(tenure, input);
  if (lane === undefined) return TOO_MANY_SITES;
  if (!apply(lane, input.content)) return NOTHING;
  const when = input.content.kind === 'station-disconnected' ? 'now' : 'soon';
  return { kind: 'decide', lane, when, trigger: 'station' };
}
