import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeClaims, encodeClaims, MAX_CLAIMS } from './claims.ts';

const epochs = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const claims = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), epochs), { maxLength: 80 });

test('claims come back as they were told', () => {
  fc.assert(
    fc.property(claims, (entries) => {
      expect(decodeClaims(encodeClaims(new Map(entries)))).toEqual(new Map(entries));
    }),
  );
});

test('what is not ours claims nothing: no bytes, another version, a torn one', () => {
  const one = encodeClaims(new Map([[3, 4n]]));
  expect(decodeClaims(Buffer.alloc(0)).size).toBe(0);
  expect(decodeClaims(Buffer.from([2, ...one.subarray(1)])).size).toBe(0);
  expect(decodeClaims(one.subarray(0, -1)).size).toBe(0);
});

test('the first claim over the bound is left out', () => {
  const many = new Map(Array.from({ length: MAX_CLAIMS + 1 }, (_, shard) => [shard, 1n]));
  expect(decodeClaims(encodeClaims(many)).size).toBe(MAX_CLAIMS);
});
