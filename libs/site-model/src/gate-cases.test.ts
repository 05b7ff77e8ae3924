import { expect, test } from '@jest/globals';
import { judgeCases } from './test-support/judge-cases.ts';

/** The first of the million of `gate-million.test.ts`. */
const CASES = 20_000;

test('SI7, SI8, SI9, 7.2b: what passes holds in real currents on every conductor, now and dead; what is refused would not', () => {
  const { raised, lowered, refused, failures } = judgeCases(0, CASES);
  expect(failures).toEqual([]);
  expect(raised + lowered + refused).toBe(CASES);
  for (const kind of [raised, lowered, refused]) expect(kind).toBeGreaterThan(CASES / 10);
});
