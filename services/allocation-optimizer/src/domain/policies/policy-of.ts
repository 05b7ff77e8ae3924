import type { SharePolicy, SiteModel } from '@headroom/site-model';
import type { Policy } from './policy.ts';
import { earliestDeparture, firstCome, leastLaxity, lowestSoc } from './ranks.ts';
import { density, equalShare, equalSurplus, proportional } from './shares.ts';
import { smoothedLaxity, smoothedSoc } from './smoothed.ts';

/** Complete by its type: a policy that a document may name has its line here. */
export const POLICIES: Readonly<Record<SharePolicy, Policy>> = {
  equal: equalShare,
  'equal-surplus': equalSurplus,
  proportional,
  'first-come': firstCome,
  'earliest-departure': earliestDeparture,
  'least-laxity': leastLaxity,
  'lowest-soc': lowestSoc,
  'smoothed-soc': smoothedSoc,
  'smoothed-laxity': smoothedLaxity,
  density,
};

/** The policy of a site; where its document says nothing, equal current, and of its tiers the minima first. */
export const policyOf = ({ share = 'equal', tiers }: Pick<SiteModel, 'share' | 'tiers'>): Policy =>
  tiers === 'strict' ? { ...POLICIES[share], isStrict: true } : POLICIES[share];
