import { expect, test } from '@jest/globals';
import { stationId, transactionId } from '@headroom/kernel';
import fc from 'fast-check';
import { readingCounts } from './energy.ts';
import { readingRounds, type StationReading } from './reading-rounds.ts';
import type { Reading } from './session.ts';

const reading = fc.record({ energyWh: fc.integer({ min: 0, max: 9 }), atMs: fc.integer({ min: 0, max: 9 }) });
const anyReading: fc.Arbitrary<StationReading> = fc.record({
  stationId: fc.constantFrom('ST-1', 'ST-2').map(stationId),
  transactionId: fc.constantFrom('A', 'B').map(transactionId),
  reading,
});
const keyOf = (each: StationReading): string => `${each.stationId} ${each.transactionId}`;

/** The rule itself, one reading after the other. */
function after(before: ReadonlyMap<string, Reading>, run: readonly StationReading[]): ReadonlyMap<string, Reading> {
  const known = new Map(before);
  for (const each of run) if (readingCounts(known.get(keyOf(each)), each.reading)) known.set(keyOf(each), each.reading);
  return known;
}

test('rounds leave what the run leaves, whatever stood before, and no transaction stands twice in one', () => {
  const anyBefore = fc.dictionary(fc.constantFrom('ST-1 A', 'ST-1 B', 'ST-2 A'), reading);
  fc.assert(
    fc.property(anyBefore, fc.array(anyReading, { maxLength: 12 }), (stood, run) => {
      const before = new Map(Object.entries(stood));
      const rounds = readingRounds(run);
      for (const round of rounds) expect(new Set(round.map(keyOf)).size).toBe(round.length);
      expect(after(before, rounds.flat())).toEqual(after(before, run));
    }),
    { numRuns: 2_000 },
  );
});

test('readings that only rise, as they nearly always do, are one round of one reading each', () => {
  const rising = [1, 2, 3, 4].map((n) => ({
    ...{ stationId: stationId('ST-1'), transactionId: transactionId('A') },
    reading: { energyWh: n, atMs: n },
  }));
  expect(readingRounds(rising)).toEqual([[rising[3]]]);
});
