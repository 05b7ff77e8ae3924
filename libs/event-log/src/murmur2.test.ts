import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { murmur2, partitionOfKey } from './murmur2.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

// From UtilsTest.testMurmur2 of Apache Kafka.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
] as const)('murmur2 of %j is as in the Java client', (text, hash) => {
  expect(murmur2(bytes(text))).toBe(hash);
});

test('partitions are those of kafkajs for any key', () => {
  const require = createRequire(import.meta.url);
  const theirs: (key: string) => number = require('kafkajs/src/producer/partitioners/default/murmur2.js');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
      expect(partitionOfKey(key, partitions)).toBe((theirs(key) & 0x7fffffff) % partitions);
    }),
    { numRuns: 300 },
  );
});
