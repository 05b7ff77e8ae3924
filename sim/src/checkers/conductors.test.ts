import { expect, test } from '@jest/globals';
import { createCircuitChecker } from './circuits.ts';
import { magnitude, PAIR, partIn } from './conductors.ts';
import type { SiteEvse, SiteFacts, SiteRow } from './site-facts.ts';
import type { Violation } from './violation.ts';

const evse = (gridPhases: readonly number[], more: Partial<SiteEvse> = {}): SiteEvse => ({
  ...{ evseId: `B-${gridPhases.join('')}/1`, gridPhases, maxA: 32, minimumA: 6, fallbackA: 0 },
  ...more,
});
const pair = (...gridPhases: readonly number[]): SiteEvse => evse(gridPhases, { isPair: true });
const PAIRS = [pair(0, 1), pair(1, 2), pair(2, 0)];

const sumA = (phases: readonly number[], amps: readonly number[]): number => {
  const parts = PAIRS.map((each, n) => ({ part: partIn({ phases }, each, PAIR), amps: amps[n] ?? 0 }));
  const sum = (of: 'along' | 'across'): number => parts.reduce((all, each) => all + each.part[of] * each.amps, 0);
  return magnitude(sum('along'), sum('across'));
};

test.each([
  [
    [10, 0, 0],
    [10, 10, 0],
  ],
  [
    [10, 10, 10],
    [10 * Math.sqrt(3), 10 * Math.sqrt(3), 10 * Math.sqrt(3)],
  ],
  // Of 30 A and 10 A, 60 degrees apart: the root of 900 + 100 + 300.
  [
    [30, 10, 0],
    [30, Math.sqrt(1_300), 10],
  ],
] as const)('PH9: pairs that draw %j A come to %j A in L1, L2, L3', (amps, conductors) => {
  for (const phase of [0, 1, 2]) expect(sumA([phase], amps)).toBeCloseTo(conductors[phase] ?? 0, 9);
});

test('in a contract an ampere between two phases is the square root of 3 of one to neutral, and those to neutral are added up', () => {
  expect(sumA([0, 1, 2], [10, 10, 0])).toBeCloseTo(20 * Math.sqrt(3), 9);
  expect(partIn({ phases: [1] }, evse([1, 2, 0]), 1)).toEqual({ along: 1, across: 0 });
  expect(partIn({ phases: [2] }, evse([1, 2, 0]), 1)).toEqual({ along: 0, across: 0 });
});

test('two pairs that meet in a conductor are not over its rating though their sum is; an ampere more is', () => {
  const row: SiteRow = {
    ...{ name: 'panel L2', limitA: 52, phases: [1], evses: new Set(PAIRS.map(({ evseId }) => evseId)) },
    ...{ hasBuilding: false, worstA: 0, risesA: 0 },
  };
  const evses = new Map(PAIRS.map((each) => [each.evseId, each]));
  const site: SiteFacts = { rows: [row], evses, nominalVoltageV: 120, leaseS: 120 };
  const found: Violation[] = [];
  const checker = createCircuitChecker({ site, report: (violation) => void found.push(violation) });
  const look = (obeyedA: number): void => {
    const now = { obeyedA, flowA: 0, usedPhases: PAIR };
    checker.look(0, new Map([...evses.keys()].map((evseId) => [evseId, now])), [0, 0, 0]);
  };
  look(30);
  expect(found).toEqual([]);
  look(31);
  expect(found.map(({ detail }) => detail)).toEqual(['panel L2 at 53.7 A of 52.0 A']);
});
