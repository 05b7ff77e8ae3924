import type { SitePlan } from '../model/site-plan.ts';
import { getPlan } from './api.ts';
import { type Polled, usePolled } from './use-polled.ts';

/** The plan of a site, read again and again; at once after the next decision of another owner. */
export const usePlan = (siteId: string, ownerEpoch: string | null): Polled<SitePlan> =>
  usePolled(siteId, ownerEpoch ?? '', () => getPlan(siteId));
