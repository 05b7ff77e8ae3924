import { expect, test } from '@jest/globals';
import { gate, type GateInput } from './gate.ts';
import { type RowUse, rowUses } from './row-use.ts';
import { plainCase } from './test-support/seeded-cases.ts';

const CASES = 1_500;
/** Of the rows and verdicts of these cases, as the code gave them before circuits had factors and EVSEs kinds of wiring. */
const BEFORE_THE_MODEL_GREW = { digest: 1_045_755_952, passed: 813, refused: 687 };

/** FNV-1a, 32 bits. */
function digestOf(text: string, before: number): number {
  let hash = before;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

const shown = (row: RowUse): readonly unknown[] => [
  ...[row.circuitId, row.kind, row.limitDeciA, row.source, row.usedDeciA, row.otherLoadDeciA, row.riseDeciA],
  ...[...row.loads, ...row.standing],
];
const inWords = (input: GateInput): string => JSON.stringify([gate(input), rowUses(input).map(shown)]);

test('a site that names nothing new has the rows and the verdicts that it had before the model grew', () => {
  const found = { digest: 0x811c9dc5, passed: 0, refused: 0 };
  for (let seed = 0; seed < CASES; seed += 1) {
    const input = plainCase(seed);
    found.digest = digestOf(inWords(input), found.digest);
    found[gate(input).kind === 'pass' ? 'passed' : 'refused'] += 1;
  }
  expect(found).toEqual(BEFORE_THE_MODEL_GREW);
});
