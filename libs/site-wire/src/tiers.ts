import { siteV1 } from '@headroom/contracts';
import type { TierMode } from '@headroom/site-model';

const MODES: Readonly<Record<TierMode, siteV1.TierMode>> = {
  'floor-first': siteV1.TierMode.FLOOR_FIRST,
  strict: siteV1.TierMode.STRICT,
};

/** What is said nowhere is left out: floor-first. */
export const tiersToWire = (mode: TierMode | undefined): siteV1.TierMode | undefined =>
  mode === undefined ? undefined : MODES[mode];

/** Undefined: nobody said, or by a word that this release does not know. It bears on no limit, and means floor-first. */
export const tiersFromWire = (wire: siteV1.TierMode | undefined): TierMode | undefined =>
  wire === siteV1.TierMode.STRICT ? 'strict' : wire === siteV1.TierMode.FLOOR_FIRST ? 'floor-first' : undefined;
