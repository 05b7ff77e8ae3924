import type { EpochMs } from '@headroom/kernel';
import { deratedSite, type SiteModel } from '@headroom/site-model';
import { limitedByGrid } from './grid-timeline.ts';
import type { SiteState } from './site-state.ts';

/** The site with what its circuits bear at the temperatures that were read, and with what the grid asks of it. */
export const limitedSite = (
  site: SiteModel,
  { readings, grid }: Pick<SiteState, 'readings' | 'grid'>,
  nowMs: EpochMs,
): SiteModel => limitedByGrid(deratedSite(site, readings, nowMs), grid);
