import type { SiteModel } from '@headroom/site-model';
import { equalShare } from './equal-share.ts';
import type { Policy } from './policy.ts';

/** The policy of a site. There is one so far; the next one is a file beside `equal-share.ts` and a case here. */
export const policyOf = (_site: SiteModel): Policy => equalShare;
