import type { SiteDocument, SitePlan } from '../documents.ts';
import { rngFor } from '../rng.ts';

/** Of seeds, those whose site spares its contactors. */
const SPARING_SHARE = 0.04;
const MOST_CLOSINGS = 3;

/** The same site, in one seed of 25 with contactors that are rated for less. */
export const withContactors = (plan: SitePlan, seed: number): SitePlan =>
  rngFor(seed, 'contactors').next() < SPARING_SHARE ? withFewClosings(plan, seed) : plan;

/**
 * None is to be closed more than one to three times an hour, each bay by its own number. Such a bay may wait beside room that nobody else can use, so of what is used nothing is
 * asked there.
 */
export function withFewClosings(plan: SitePlan, seed: number): SitePlan {
  const rng = rngFor(seed, 'closings');
  const { spec } = plan.document;
  const stations = spec.stations.map((station) => ({
    ...station,
    evses: station.evses.map((evse) => ({
      ...evse,
      switching: { mostClosingsAnHour: 1 + Math.floor(MOST_CLOSINGS * rng.next()) },
    })),
  }));
  return { ...plan, document: { ...plan.document, spec: { ...spec, stations } } };
}

export const sparesContactors = ({ spec }: SiteDocument): boolean =>
  spec.stations.some(({ evses }) => evses.some(({ switching }) => switching !== undefined));
