import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { alongPlan, depotDay, depotSummary, NAME, played } from './depot-v2g.ts';
import { expectedPath } from './summary.ts';

const solver = await openHighs();

// A figure that moved on purpose: `npm run what-if:golden`, and say in the commit why.
test(`golden site ${NAME} comes to what it came to, with V2G and without`, () => {
  expect(depotSummary(solver)).toBe(readFileSync(expectedPath(NAME), 'utf8'));
}, 300_000);

test('MD17: without a plan no bus gives anything back, and all are ready', () => {
  const { day, tariff } = depotDay();
  const alone = played(day, tariff, alongPlan(solver, { gives: true, isPlanned: false }));
  expect([alone.givenKwh, alone.ready]).toEqual([0, 1]);
}, 300_000);
