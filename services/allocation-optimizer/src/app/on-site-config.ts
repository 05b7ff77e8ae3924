import type { SiteModel } from '@headroom/site-model';
import { type Input, laneOf, type Outcome, NOTHING, TOO_MANY_SITES } from './input.ts';
import type { ShardTenure } from './shard-tenure.ts';
import { configure } from './site-lane.ts';

/** A site as commissioned, or its limit overridden: decided at once, for it may lower limits. */
export function onSiteConfig(tenure: ShardTenure, input: Input<SiteModel>): Outcome {
  const lane = laneOf(tenure, input);
  if (lane === undefined) return TOO_MANY_SITES;
  // At-least-once: an older document after a newer one is a repeat.
  if (lane.model !== undefined && input.content.version < lane.model.version) return NOTHING;
  configure(lane, input.content);
  return { kind: 'decide', lane, when: 'now', trigger: 'config' };
}
