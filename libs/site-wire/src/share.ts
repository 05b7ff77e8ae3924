import { siteV1 } from '@headroom/contracts';
import type { SharePolicy } from '@headroom/site-model';

/** Complete by its type: a policy that a document may name has its line here. */
const KINDS: Readonly<Record<SharePolicy, siteV1.PolicyKind>> = {
  equal: siteV1.PolicyKind.EQUAL_SHARE,
  'equal-surplus': siteV1.PolicyKind.EQUAL_SURPLUS,
  proportional: siteV1.PolicyKind.PROPORTIONAL,
  'first-come': siteV1.PolicyKind.FIRST_COME,
  'earliest-departure': siteV1.PolicyKind.EARLIEST_DEPARTURE,
  'least-laxity': siteV1.PolicyKind.LEAST_LAXITY,
  'lowest-soc': siteV1.PolicyKind.LOWEST_SOC,
  'smoothed-soc': siteV1.PolicyKind.SMOOTHED_SOC,
  'smoothed-laxity': siteV1.PolicyKind.SMOOTHED_LAXITY,
  density: siteV1.PolicyKind.DENSITY,
};
const SHARES: ReadonlyMap<siteV1.PolicyKind, SharePolicy> = new Map(
  (Object.keys(KINDS) as SharePolicy[]).map((share) => [KINDS[share], share]),
);

export const shareToWire = (share: SharePolicy): siteV1.PolicyKind => KINDS[share];

/** How a site shares; undefined: nobody said, or by a word that this release does not know. */
export const shareFromWire = (kind: siteV1.PolicyKind): SharePolicy | undefined => SHARES.get(kind);
