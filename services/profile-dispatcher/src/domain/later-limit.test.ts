import { expect, test } from '@jest/globals';
import { deciAmps, type EpochMs } from '@headroom/kernel';
import fc from 'fast-check';
import { type Falling, isSomewhereAbove, limitAt, withLater } from './later-limit.ts';

type Lease = Falling & { readonly untilMs: EpochMs };

const LAST_S = 6;
const second = fc.integer({ min: 0, max: LAST_S });

const lease: fc.Arbitrary<Lease> = fc
  .record({
    limit: fc.integer({ min: 0, max: 3 }),
    fromS: second,
    untilS: second,
    down: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ limit, fromS, untilS, down }) => ({
    limit: deciAmps(limit),
    ...withLater(down === 0 || down > limit ? undefined : { fromMs: fromS * 1_000, limit: deciAmps(limit - down) }),
    untilMs: untilS * 1_000,
  }));

/** Before any of them: what an instant that has passed says is of no interest, but both are of now and hold at first. */
const BEGIN_MS = -1;
const levelAt = (each: Lease, atMs: EpochMs): number => (atMs < each.untilMs ? limitAt(each, atMs) : -1);

test('SI7: one lease is somewhere above another exactly if there is an instant at which it is', () => {
  fc.assert(
    fc.property(lease, lease, (a, b) => {
      const instants = [BEGIN_MS, ...Array.from({ length: LAST_S }, (_, s) => s * 1_000)];
      expect(isSomewhereAbove(a, b)).toBe(instants.some((atMs) => levelAt(a, atMs) > levelAt(b, atMs)));
    }),
    { numRuns: 3_000 },
  );
});
