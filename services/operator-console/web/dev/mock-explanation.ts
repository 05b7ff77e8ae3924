import type { MockSite } from './mock-site.ts';

/** What binds one EVSE of a made-up site, in the shape of the API. */
export function explanationDocument(site: MockSite, evseId: string) {
  const evse = site.evses.find((each) => each.evseId === evseId);
  const circuit = site.circuits.find((each) => each.circuitId === evse?.circuitId);
  if (evse === undefined || circuit === undefined) return { siteId: site.siteId, evses: [] };
  const isBound = evse.state === 'charging' && evse.commandedA < evse.maxA;
  const { circuitId, name, ratingA } = circuit;
  return {
    siteId: site.siteId,
    evses: [
      {
        evseId,
        binding: isBound
          ? {
              ...{ circuitId, circuitName: name, row: 'l1', limitA: ratingA, usedA: ratingA },
              terms: [{ source: 'rating', limitA: ratingA, limitKw: null, validUntil: null }],
            }
          : null,
        counterfactual: isBound
          ? { sentence: `With 5 A more on ${name} it would have ${evse.commandedA + 1} A.` }
          : null,
      },
    ],
  };
}

/** The same for everybody, whatever is tried. */
export const previewDocument = (site: MockSite) => ({
  differences: site.evses
    .filter(({ state }) => state === 'charging')
    .map(({ evseId, name, commandedA }) => ({
      ...{ evseId, name, beforeA: commandedA, afterA: Math.max(6, commandedA - 4) },
      afterReason: { sentence: 'Grid connection is full.' },
    })),
  unchanged: 0,
  overRating: false,
  overPower: false,
});
