import type { GridFact } from '../domain/facts.ts';
import { TARGETS_MAX } from '../domain/grid-timeline.ts';
import { type Input, laneOf, NOTHING, type Outcome, TOO_MANY_SITES } from './input.ts';
import type { ShardTenure } from './shard-tenure.ts';
import { apply } from './site-lane.ts';

/** What the grid asks of a site, or of one of its circuits: decided at once, for it may lower limits. */
export function onGridFact(tenure: ShardTenure, input: Input<GridFact>): Outcome {
  const lane = laneOf(tenure, input);
  if (lane === undefined) return TOO_MANY_SITES;
  const { grid } = lane.state;
  if (!grid.has(input.content.target) && grid.size >= TARGETS_MAX) return TOO_MANY_TARGETS;
  return apply(lane, input.content) ? { kind: 'decide', lane, when: 'now', trigger: 'grid' } : NOTHING;
}

/** Its limit is not obeyed: the site asks less of its circuits than the grid does, or somebody must look. */
const TOO_MANY_TARGETS: Outcome = {
  kind: 'refused',
  reason: `the grid limits more than ${TARGETS_MAX} of its circuits`,
};
