import type { SiteId } from '@headroom/kernel';
import type { Trigger } from '../ports.ts';
import type { ShardTenure } from './shard-tenure.ts';
import type { SiteLane } from './site-lane.ts';

/** A decoded record: what it says, and of which site. */
export interface Input<Content> {
  readonly siteId: SiteId;
  readonly content: Content;
}

/** What an input asks for. `now`: it may lower a limit, nothing is waited for. `soon`: within the coalescing time. */
export type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'decide'; readonly lane: SiteLane; readonly when: 'now' | 'soon'; readonly trigger: Trigger }
  /** It can never be processed; the reason is kept with the record. */
  | { readonly kind: 'refused'; readonly reason: string };

export const NOTHING: Outcome = { kind: 'nothing' };

/** The lane of the input's site, or the refusal. */
export function laneOf(tenure: ShardTenure, input: Input<unknown>): SiteLane | undefined {
  return tenure.open(input.siteId);
}

export const TOO_MANY_SITES: Outcome = { kind: 'refused', reason: 'one site more than this process can hold' };
