import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addPhases,
  ampsFromDeciAmps,
  assertNever,
  compareText,
  deciAmps,
  demandDeciAmps,
  evseId,
  invariant,
  limitDeciAmps,
  maxPhases,
  minPhases,
  type PerPhaseDeciAmps,
  perPhase,
  stationId,
  subtractPhases,
  ZERO_PHASES,
} from './index.ts';

test.each([
  [16, 160],
  [0.3, 3],
  [8.1, 81],
  [15.99, 159],
  [-0.05, -1],
])('a limit of %d A is %i dA: never rounded up', (amps, expected) => {
  expect(limitDeciAmps(amps)).toBe(expected);
});

test.each([
  [16, 160],
  [0.3, 3],
  [15.91, 160],
  [-0.05, 0],
])('a load of %d A is %i dA: never rounded down', (amps, expected) => {
  expect(demandDeciAmps(amps)).toBe(expected);
});

test('a limit never exceeds what was allowed, a demand never falls short of what was drawn, and tenths survive both', () => {
  const amps = fc.double({ min: -10_000, max: 10_000, noNaN: true });
  fc.assert(
    fc.property(amps, (value) => {
      expect(ampsFromDeciAmps(limitDeciAmps(value))).toBeLessThanOrEqual(value + 1e-6);
      expect(ampsFromDeciAmps(demandDeciAmps(value))).toBeGreaterThanOrEqual(value - 1e-6);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -99_999, max: 99_999 }), (tenths) => {
      expect([limitDeciAmps(tenths / 10), demandDeciAmps(tenths / 10)]).toEqual([deciAmps(tenths), deciAmps(tenths)]);
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 53])('%d is no quantity', (value) => {
  expect(() => deciAmps(value)).toThrow('is not a safe integer');
});

test('negative zero is zero: two equal quantities look equal in every comparison', () => {
  expect(Object.is(deciAmps(-0), 0)).toBe(true);
});

const phases = fc
  .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -999, max: 999 }), fc.integer({ min: -999, max: 999 }))
  .map(([l1, l2, l3]): PerPhaseDeciAmps => ({ l1: deciAmps(l1), l2: deciAmps(l2), l3: deciAmps(l3) }));

test('phases add and subtract back, and the smaller never lies above the larger', () => {
  fc.assert(
    fc.property(phases, phases, (a, b) => {
      expect(subtractPhases(addPhases(a, b), b)).toEqual(a);
      expect(addPhases(minPhases(a, b), maxPhases(a, b))).toEqual(addPhases(a, b));
      expect(addPhases(a, ZERO_PHASES)).toEqual(a);
    }),
  );
});

test('what is made per phase stands at its phase', () => {
  expect(perPhase((phase) => phase)).toEqual({ l1: 'l1', l2: 'l2', l3: 'l3' });
});

test('a broken invariant ends the work and says which', () => {
  expect(() => invariant(false, 'sums fit')).toThrow('invariant violated: sums fit');
  expect(() => assertNever('odd' as never)).toThrow('unexpected member "odd"');
});

test('text is ordered by code units, the same on every machine', () => {
  expect(['b', 'B', 'ä', 'a'].toSorted(compareText)).toEqual(['B', 'a', 'b', 'ä']);
});

test('an EVSE is named by its station and number', () => {
  expect(evseId(stationId('ST-1'), 2)).toBe('ST-1/2');
});
