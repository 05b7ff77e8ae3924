import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compositeSchedule, type CompositeQuery } from './composite.ts';
import type { CompositeSchedule, Segment } from './segments.ts';
import { S, T0 } from './test-support/given.ts';
import { type OracleAnswer, oracleAt } from './test-support/oracle.ts';
import { queries, SECONDS } from './test-support/random-profiles.ts';

const SEED = 20_261_126;

function composite(query: CompositeQuery): CompositeSchedule {
  const found = compositeSchedule(query);
  if (found.kind === 'err') throw new Error(found.error.why);
  return found.value;
}

const segmentAt = ({ segments }: CompositeSchedule, atMs: number): Segment | undefined =>
  segments.find((one) => one.fromMs <= atMs && atMs < one.untilMs);

function pick(segment: Segment | undefined): OracleAnswer {
  const { limit, limitL2, limitL3, numberPhases } = segment ?? {};
  return JSON.parse(JSON.stringify({ limit, limitL2, limitL3, numberPhases })) as OracleAnswer;
}

test('K08.FR.04: in every second the composite is what a naive reader of the profiles says', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const whole = composite(query);
      const seconds = Array.from({ length: SECONDS }, (_, s) => T0 + s * S);
      expect(seconds.map((atMs) => pick(segmentAt(whole, atMs)))).toEqual(seconds.map((atMs) => oracleAt(query, atMs)));
    }),
    { numRuns: 600, seed: SEED },
  );
});
