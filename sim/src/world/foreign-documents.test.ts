import { expect, test } from '@jest/globals';
import type { Violation } from '../checkers/violation.ts';
import type { SiteDocument } from '../documents.ts';
import { putForeign } from './foreign-documents.ts';
import { BUSY } from './pace.ts';
import { plannedSites } from './sites.ts';

const [{ plan }, second] = plannedSites({ seed: 1, stations: 4, sites: 2, pace: BUSY, share: 'equal' });
if (second === undefined) throw new Error('one site');
const other = second.plan;

async function putting(answer: () => Promise<void>, draw = 0) {
  const asked: SiteDocument[] = [];
  const violations: Violation[] = [];
  const told: string[] = [];
  const operator = {
    putSite: async (document: SiteDocument) => {
      asked.push(document);
      return answer();
    },
  };
  const trace = { tell: (line: string) => void told.push(line) };
  const deps = { operator, trace, nowMs: () => 7, report: (violation: Violation) => void violations.push(violation) };
  await putForeign(deps, { plan, other, chance: { draw: () => draw }, count: 0 });
  return { asked, violations, told };
}

test('a document that names a station of another site must be refused; one that is taken is told of', async () => {
  const taken = await putting(async () => undefined);
  expect(taken.asked.map(({ metadata }) => metadata.name)).toEqual([other.siteId]);
  expect(taken.asked[0]?.spec.stations.map(({ id }) => id)).toEqual(['LD-20001', 'LD-20002', 'LD-00001']);
  expect(taken.asked[0]?.spec.stations.at(-1)?.evses[0]).toMatchObject({ fallbackA: 0 });
  const detail = `${other.siteId} was given LD-00001, which belongs to ${plan.siteId}`;
  expect(taken.violations).toEqual([{ checker: 'documents', atMs: 7, detail, siteId: other.siteId }]);
  const refused = await putting(async () => Promise.reject(new Error('the site was refused')));
  expect(refused.violations).toEqual([]);
  expect(refused.told).toEqual([`${other.siteId} does not get LD-00001: the site was refused`]);
});

test('it is tried beside every second document', async () => {
  expect((await putting(async () => undefined, 0.6)).asked).toEqual([]);
});
