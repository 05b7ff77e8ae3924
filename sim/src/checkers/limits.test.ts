import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCapacityChecker } from './capacity.ts';
import { createCircuitChecker, type EvseNow } from './circuits.ts';
import { createLimits } from './limits.ts';
import { powerA, powerRowOf, siteFactsOf } from './site-facts.ts';
import type { Violation } from './violation.ts';

const { document } = demoSite();
const SITE = siteFactsOf(document);
const GRID = powerRowOf('grid');
const lowered = (kw: number, untilMs: number, source = 'power') => {
  return { source, limitsA: new Map([[GRID, powerA(kw, document)]]), untilMs };
};

/** kW of the grid connection at these moments. */
function powerAt(limits: ReturnType<typeof createLimits>, ...moments: readonly number[]): readonly number[] {
  const row = SITE.rows.find(({ name }) => name === GRID);
  if (row === undefined) throw new Error('no such row');
  return moments.map((nowMs) => Math.round((limits.of(row, nowMs) * 230) / 100) / 10);
}

test('a lowered limit counts from when it must be obeyed until its end; one that was not answered counts for nothing', () => {
  const limits = createLimits();
  limits.asked(lowered(100, 60_000));
  expect(powerAt(limits, 1_000)).toEqual([200]);
  limits.answered(2_000, 'power', 30_000);
  expect(powerAt(limits, 31_999, 32_000, 59_999, 60_000)).toEqual([200, 100, 100, 200]);
});

test('a higher limit may hold as soon as it is asked for, and the one before it no longer counts', () => {
  const limits = createLimits();
  limits.asked(lowered(100, 600_000));
  limits.answered(0, 'power', 10_000);
  limits.asked(lowered(150, 50_000));
  expect(powerAt(limits, 20_000)).toEqual([150]);
  limits.answered(20_000, 'power', 10_000);
  // Its own end ends it: what was said before does not come back.
  expect(powerAt(limits, 49_999, 50_000)).toEqual([150, 200]);
});

test('in force is the newest that was taken, or a higher one that was asked for since', () => {
  const limits = createLimits();
  const [row] = SITE.rows.filter(({ name }) => name === GRID);
  const inForce = (nowMs: number): number =>
    row === undefined ? Number.NaN : Math.round((limits.inForce(row, nowMs) * 230) / 100) / 10;
  limits.asked(lowered(150, 60_000));
  expect(inForce(0)).toBe(200);
  limits.answered(0, 'power', 30_000);
  limits.asked(lowered(100, 60_000));
  expect(inForce(1_000)).toBe(150);
  limits.answered(1_000, 'power', 30_000);
  limits.asked(lowered(120, 50_000));
  expect([inForce(1_001), inForce(50_000), inForce(60_000)]).toEqual([120, 200, 200]);
});

test('limits of two sources hold side by side, none above what the document says', () => {
  const limits = createLimits();
  for (const [source, kw] of [
    ['power', 150],
    ['document', 120],
    ['more', 900],
  ] as const) {
    limits.asked(lowered(kw, Number.POSITIVE_INFINITY, source));
    limits.answered(0, source, 0);
  }
  expect(powerAt(limits, 1)).toEqual([120]);
});

const allAt = (obeyedA: number): ReadonlyMap<string, EvseNow> =>
  new Map([...SITE.evses.keys()].map((id) => [id, { obeyedA, flowA: obeyedA, usedPhases: 3 }]));

test('circuit, flow: a lowered limit is kept; where the fallbacks do not fit into it, they may stay and nothing beside them', () => {
  const judged = (kw: number, obeyedA: number): readonly string[] => {
    const violations: Violation[] = [];
    const limitOf = () => powerA(kw, document);
    const report = (violation: Violation) => void violations.push(violation);
    const checker = createCircuitChecker({ site: SITE, report, limitOf });
    for (const second of [0, 7, 8]) checker.look(second * 1_000, allAt(obeyedA), [20, 20, 20]);
    return [...new Set(violations.map((violation) => violation.checker))];
  };
  // 24 x 3 x 8 A and 60 A are 146.3 kW; with 6 A, 113.2 kW.
  expect(judged(150, 8)).toEqual([]);
  expect(judged(140, 8)).toEqual(['circuit', 'flow']);
  expect(judged(100, 6)).toEqual([]);
  expect(judged(100, 6.1)).toEqual(['circuit', 'flow']);
});

test('capacity: what a lowered limit leaves is what could have been used', () => {
  const judged = (kw: number) => {
    const violations: Violation[] = [];
    const limitOf = () => powerA(kw, document);
    const checker = createCapacityChecker(SITE, (violation) => void violations.push(violation), limitOf);
    const uses = [...SITE.evses.keys()].map((evseId) => ({ evseId, usedPhases: 3, wantsA: 32, offeredA: 8, flowA: 8 }));
    for (let second = 0; second < 120; second += 1) checker.look(second * 1_000, uses, [20, 20, 20]);
    return [checker.conclude(0).kind, violations.length];
  };
  expect([judged(158), judged(200)]).toEqual([
    ['judged', 0],
    ['judged', 1],
  ]);
  // 24 x 3 x 6 A, and 60 A that may rise by 33 A, and 17 A aside: nobody knows who has to stop below that.
  expect([judged(125), judged(124)]).toEqual([
    ['judged', 0],
    ['unjudged', 0],
  ]);
});
