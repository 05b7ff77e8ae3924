import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type GateInput } from './gate.ts';
import { loadedRows } from './loaded-rows.ts';
import { indexedUse, rowIndexOf } from './row-index.ts';
import { rowUses } from './row-use.ts';
import { rowsOf } from './rows.ts';
import { grownCases } from './test-support/grown-cases.ts';
import { situations } from './test-support/random-gates.ts';

const usedByIndex = (input: GateInput) => {
  const rows = rowsOf(input.site, input.nowMs);
  return indexedUse(input, loadedRows(input, rows), rowIndexOf(input.site, rows)).map(({ usedDeciA }) => usedDeciA);
};

test('SI11: by the index a row carries what it carries for the gate, masks and all', () => {
  fc.assert(
    fc.property(situations, (input) => {
      expect(usedByIndex(input)).toEqual(rowUses(input).map(({ usedDeciA }) => usedDeciA));
    }),
    { numRuns: 2_000 },
  );
});

test('the same on sites with factors, allowances, two wirings, cabinets and sources', () => {
  for (const [seed, input] of grownCases(1, 2_000)) {
    expect({ seed, used: usedByIndex(input) }).toEqual({
      seed,
      used: rowUses(input).map(({ usedDeciA }) => usedDeciA),
    });
  }
});

test('the same rows have the same index', () => {
  const [input] = fc.sample(situations, { numRuns: 1, seed: 1 });
  if (input === undefined) throw new Error('there is a situation');
  const rows = rowsOf(input.site, input.nowMs);
  expect(rowIndexOf(input.site, rows)).toBe(rowIndexOf(input.site, rows));
});
