import type { SiteDocument, SitePlan } from '../documents.ts';
import { rngFor } from '../rng.ts';

/** Of seeds, those whose site says who comes first. */
const RULED_SHARE = 0.1;
/** Of the bays of such a site: accessible ones, and those that charge a low battery first. */
const ACCESSIBLE_SHARE = 0.2;
const LOW_FIRST_SHARE = 0.4;
const SHARE_A = 16;
const LOW_PERCENT = 50;

/**
 * The same site, in one seed of ten with accessible bays and bays that charge a low battery first. Such rules say who comes first and leave nothing
 * unused, so of what flows the same is asked as where cars do not share equally. Rules that hold a car back are for the platform's own tests: no
 * judge here knows who has enough.
 */
export function withBayRules(plan: SitePlan, seed: number): SitePlan {
  const rng = rngFor(seed, 'bay rules');
  if (rng.next() >= RULED_SHARE) return plan;
  const { spec } = plan.document;
  const stations = spec.stations.map((station) => ({
    ...station,
    evses: station.evses.map((evse) => ({
      ...evse,
      ...(rng.next() < ACCESSIBLE_SHARE ? { accessible: true as const, minimumShareA: SHARE_A } : {}),
      ...(rng.next() < LOW_FIRST_SHARE ? { sessionRules: { minimumSocPercent: LOW_PERCENT } } : {}),
    })),
  }));
  return { ...plan, document: { ...plan.document, spec: { ...spec, stations } } };
}

const isLater = ({ tier = 1 }: { readonly tier?: number }): boolean => tier > 1;

/** Whether it says of any bay that its car comes first, or last. */
export const saysWhoIsFirst = ({ spec }: SiteDocument): boolean =>
  spec.stations.some(({ evses }) =>
    evses.some((evse) => evse.accessible === true || evse.sessionRules !== undefined || isLater(evse)),
  );
