import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createAtRest } from './at-rest.ts';
import { siteFactsOf } from './site-facts.ts';

const SITE = siteFactsOf(demoSite().document);
const [FIRST = '', SECOND = ''] = SITE.evses.keys();

/** What is left in the tightest row of the first EVSE beside all permanent limits and the worst of the building, A. */
function leftA(): number {
  const left = SITE.rows
    .filter(({ evses, phases }) => phases.length === 1 && evses.has(FIRST))
    .map((row) => {
      const fallbacks = [...row.evses].filter(
        (id) => SITE.evses.get(id)?.gridPhases.includes(row.phases[0] ?? 0) === true,
      );
      const sumA = fallbacks.reduce((sum, id) => sum + (SITE.evses.get(id)?.fallbackA ?? 0), 0);
      return row.limitA - (row.hasBuilding ? row.worstA : 0) - sumA;
    });
  return Math.min(...left);
}

test('SI28: a lease that does not end fits beside the permanent limits of all others and the worst of the building, or it is told', () => {
  const details: string[] = [];
  const rest = createAtRest(SITE, ({ detail }) => void details.push(detail));
  const fallbackA = SITE.evses.get(FIRST)?.fallbackA ?? 0;
  // What hangs nowhere yet comes to nothing.
  rest.look(FIRST, fallbackA + leftA() + 0.1);
  rest.conclude(0);
  expect(details).toEqual([]);
  for (const evseId of SITE.evses.keys()) rest.look(evseId, undefined);
  rest.look(FIRST, fallbackA + leftA() + 0.1);
  rest.conclude(1);
  expect(details.length).toBeGreaterThan(0);
  expect(details[0]).toMatch(/with nobody alive/u);
  // Nor does what was taken off the wall.
  details.length = 0;
  rest.gone(FIRST);
  rest.conclude(1);
  expect(details).toEqual([]);
  details.length = 0;
  // Below its permanent limit it counts with that.
  for (const leasedA of [fallbackA - 1, fallbackA]) {
    rest.look(FIRST, leasedA);
    rest.conclude(2);
  }
  rest.look(FIRST, undefined);
  rest.look(SECOND, undefined);
  rest.conclude(3);
  expect(details).toEqual([]);
});
