import { problem, type SiteModelInput, type SiteProblem, TIER_MODES } from './input.ts';
import { withPointers } from './with-pointers.ts';

/** Of an EVSE of which nothing is said. */
export const USUAL_TIER = 1;
export const USUAL_WEIGHT = 1;
/** A decision goes through them one after the other. */
export const MAX_TIER = 9;
export const MAX_WEIGHT = 100;

/** Tiers and weights of a document (MD13). They bear on no limit. */
export function checkTiers({ tiers, evses }: SiteModelInput): readonly SiteProblem[] {
  const problems = withPointers(evses).flatMap(({ evse, pointer }) => {
    const { stationId, tier = USUAL_TIER, weight = USUAL_WEIGHT } = evse;
    const name = `${stationId}/${evse.evse}`;
    return [
      ...checkWhole(`${name} is of tier ${tier}`, tier, { most: MAX_TIER, pointer: `${pointer}/tier` }),
      ...checkWhole(`${name} has a weight of ${weight}`, weight, { most: MAX_WEIGHT, pointer: `${pointer}/weight` }),
    ];
  });
  if (tiers === undefined || TIER_MODES.includes(tiers)) return problems;
  const detail = `Tiers are served "${tiers}"; it must be one of ${TIER_MODES.join(', ')}.`;
  return [...problems, problem('bad-tier', detail, '/spec/policy/tiers')];
}

function checkWhole(
  said: string,
  value: number,
  { most, pointer }: { readonly most: number; readonly pointer: string },
): readonly SiteProblem[] {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return [];
  return [problem('bad-tier', `${said}; that must be a whole number from 1 to ${most}.`, pointer)];
}

/** A tier or weight as it came from elsewhere; undefined: none, or one that this release does not know. */
export const knownTier = (tier: number | undefined): number | undefined => within(tier, MAX_TIER);
export const knownWeight = (weight: number | undefined): number | undefined => within(weight, MAX_WEIGHT);

const within = (value: number | undefined, most: number): number | undefined =>
  value !== undefined && Number.isSafeInteger(value) && value >= 1 && value <= most ? value : undefined;
