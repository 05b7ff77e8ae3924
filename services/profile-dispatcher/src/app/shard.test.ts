import { expect, test } from '@jest/globals';
import { Bench, HELD, RULES } from '../testing/bench.ts';
import { allowOnceRead, mayRaise, newShard } from './shard.ts';
import { closeShardReplay, takeFact } from './take-fact.ts';

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

test('HO-2: a gateway that appears after the shard was allowed to raise keeps it from raising until it has confirmed', () => {
  const { shard } = Bench.charging({ stations: 1 });
  expect(mayRaise(shard)).toBe(true);
  shard.raising = { kind: 'reading', upTo: undefined };
  expect(mayRaise(shard)).toBe(false);
  shard.raising = { kind: 'allowed' };
  shard.fenced.clear();
  expect(mayRaise(shard)).toBe(false);
  shard.fenced.add('gateway-1');
  expect(mayRaise(shard)).toBe(true);
});

test('HO-10: a shard that was lost while it was being read does not act once it is read', () => {
  const rules = RULES;
  const read = (epoch: number) => {
    const shard = newShard({ shard: 3, epoch: 7, hold: HELD, acquiredMonoMs: 0 });
    takeFact(shard, { kind: 'dispatcher-epoch-opened', shard: 3, epoch }, { nowMs: 0, rules });
    closeShardReplay(shard, { nowMs: 0, rules });
    return shard.phase;
  };
  expect([read(7), read(8)]).toEqual(['acting', 'lost']);
});
