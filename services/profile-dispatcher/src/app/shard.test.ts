import { expect, test } from '@jest/globals';
import { allowOnceRead, newShard } from './shard.ts';

const shardThatReads = (upTo: bigint | undefined) => {
  const hold = { ownsNow: () => true, acquireAgain: () => undefined };
  const shard = newShard({ shard: 3, epoch: 7, hold, acquiredMonoMs: 0 });
  shard.raising = { kind: 'reading', upTo };
  return shard;
};

test('HO-2: a new owner raises once its own topic is read to the record behind the fence, and not one record before', () => {
  const shard = shardThatReads(10n);
  allowOnceRead(shard);
  expect(shard.raising.kind).toBe('reading');
  shard.ownRead = 9n;
  allowOnceRead(shard);
  expect(shard.raising.kind).toBe('reading');
  shard.ownRead = 10n;
  allowOnceRead(shard);
  expect(shard.raising.kind).toBe('allowed');
});

test('HO-2: while nobody knows where the topic ended when the gateways had confirmed, whatever was read allows nothing', () => {
  const shard = shardThatReads(undefined);
  shard.ownRead = 1_000n;
  allowOnceRead(shard);
  expect(shard.raising.kind).toBe('reading');
});
