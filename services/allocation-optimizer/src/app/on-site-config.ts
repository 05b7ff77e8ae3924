import type { SiteModel } from '@headroom/site-model';
import { type Input, laneOf, type Outcome, NOTHING, TOO_MANY_SITES } from './input.ts';
import { type SiteLanes, touch } from './site-lanes.ts';

/** A site as commissioned, or its limit overridden: decided at once, for it may lower limits. */
export function onSiteConfig(lanes: SiteLanes, input: Input<SiteModel>): Outcome {
  const lane = laneOf(lanes, input);
  if (lane === undefined) return TOO_MANY_SITES;
  // At-least-once: an older document after a newer one is a repeat.
  if (lane.model !== undefined && input.content.version < lane.model.version) return NOTHING;
  lane.model = input.content;
  touch(lane);
  return { kind: 'decide', lane, when: 'now', trigger: 'config' };
}
