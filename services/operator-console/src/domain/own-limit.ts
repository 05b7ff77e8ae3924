import type { SiteDocument } from './site-document.ts';

const WATTS_PER_KW = 1_000;

/** What the grid connection bears by itself: the lower of its conductors, all phases together, and its contract. Undefined: no root. */
export function ownLimitW({ circuits, nominalVoltageV }: SiteDocument): number | undefined {
  const root = circuits.find(({ parent }) => parent === undefined);
  if (root === undefined) return undefined;
  const { l1A, l2A, l3A } = root.ratingPerPhaseA;
  const bearsW = Math.round((l1A + l2A + l3A) * nominalVoltageV);
  return Math.min(bearsW, root.limitKw === undefined ? bearsW : Math.round(root.limitKw * WATTS_PER_KW));
}
