import type { DeratingDocument, SiteDocument } from '../documents.ts';
import { phaseRowsOf, type SiteFacts, type SiteRow } from './site-facts.ts';

/** A table of a circuit, by the names of its conductors: a contract in kW knows no temperature. */
export const deratedRowsOf = ({ spec }: SiteDocument): ReadonlyMap<string, DeratingDocument> =>
  new Map(
    spec.circuits.flatMap(({ name, derating }) =>
      derating === undefined ? [] : phaseRowsOf(name).map((row) => [row, derating] as const),
    ),
  );

/** Of its rating, what it bears at this temperature, C: from 0 to 1. */
export function partAt({ steps }: Pick<DeratingDocument, 'steps'>, celsius: number): number {
  let part = 1;
  for (const { aboveC, percent } of steps) if (celsius > aboveC) part = Math.min(part, percent / 100);
  return part;
}

/** At its hottest, whatever that is. */
export const leastPart = (derating: Pick<DeratingDocument, 'steps'>): number =>
  partAt(derating, Number.POSITIVE_INFINITY);

/** The site as it is built, when it is as hot as it ever gets. */
export function atHottest(facts: SiteFacts, document: SiteDocument): SiteFacts {
  const derated = deratedRowsOf(document);
  const rows = facts.rows.map((row): SiteRow => {
    const derating = derated.get(row.name);
    return derating === undefined ? row : { ...row, limitA: row.limitA * leastPart(derating) };
  });
  return { ...facts, rows };
}
