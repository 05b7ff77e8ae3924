import { expect, test } from '@jest/globals';
import { deciAmps, transactionId } from '@headroom/kernel';
import {
  intendFallback,
  intendLease,
  type LeaseAttempt,
  type LimitSet,
  MAX_ATTEMPTS,
  MAX_ENDED_TRANSACTIONS,
  MAX_FALLBACK_ATTEMPTS,
  UNKNOWN_SET,
} from './limit-set.ts';
import { firstEndMs } from './committed-set.ts';
import { endTransaction, resolveLease } from './resolve-limit.ts';

const lease = (seq: number, limit: number) => ({
  commandId: `l${seq}`,
  order: { epoch: 1, seq },
  generation: 1,
  limit: deciAmps(limit),
  transactionId: transactionId('t'),
  untilMs: 1_000 * seq,
  answerDueMs: undefined,
});

test('the first attempt over the bound makes the oldest two into one that counts as both and that no answer ends', () => {
  let set: LimitSet = UNKNOWN_SET;
  for (let seq = 1; seq <= MAX_ATTEMPTS + 1; seq += 1) set = intendLease(set, lease(seq, seq === 1 ? 320 : 100));
  expect(set.attempts).toHaveLength(MAX_ATTEMPTS);
  expect(set.attempts[0]).toMatchObject({ commandId: undefined, limit: 320, untilMs: 2_000 });
  expect(resolveLease(set, { commandId: 'l2', outcome: 'rejected', atMs: 5 })).toBe(set);
  const accepted = resolveLease(set, { commandId: `l${MAX_ATTEMPTS + 1}`, outcome: 'accepted', atMs: 5 });
  expect(accepted.attempts).toEqual([]);
  expect(accepted.unsettled).toMatchObject({ limit: 320 });
});

test('HO-2: several folded into one are as late as the latest of them, and of a connection that nobody noted if one is', () => {
  const folded = (first: Partial<LeaseAttempt>, second: Partial<LeaseAttempt>): LeaseAttempt | undefined => {
    let set = intendLease(intendLease(UNKNOWN_SET, { ...lease(1, 320), ...first }), { ...lease(2, 320), ...second });
    for (let seq = 3; seq <= MAX_ATTEMPTS + 1; seq += 1) set = intendLease(set, lease(seq, 100));
    return set.attempts[0];
  };
  const stale = { order: { epoch: 1, seq: 1 } };
  expect(folded({ order: { epoch: 2, seq: 1 }, generation: 3 }, stale)).toMatchObject({
    ...{ commandId: undefined, order: { epoch: 2, seq: 1 }, generation: 3 },
  });
  expect(folded({ generation: undefined }, {})).toMatchObject({ commandId: undefined, generation: undefined });
  // HO-13: told by two clocks, they end by the one that may be set back furthest; by none if nobody noted one of them.
  expect(folded({ toldSkewMs: 15_000 }, { toldSkewMs: -5_000 })).toMatchObject({ untilMs: 2_000, toldSkewMs: 15_000 });
  expect(folded({ toldSkewMs: 0 }, {})).not.toHaveProperty('toldSkewMs');
});

test('the first fallback attempt over the bound displaces the lowest', () => {
  let set: LimitSet = UNKNOWN_SET;
  for (let seq = 1; seq <= MAX_FALLBACK_ATTEMPTS + 1; seq += 1) {
    const limit = deciAmps(seq === 3 ? 0 : 60 + seq);
    const of = { commandId: `f${seq}`, order: { epoch: 1, seq }, generation: 1 };
    set = intendFallback(set, { ...of, limit, answerDueMs: undefined });
  }
  expect(set.fallbacks).toHaveLength(MAX_FALLBACK_ATTEMPTS);
  expect(set.fallbacks.some(({ commandId }) => commandId === 'f3')).toBe(false);
});

test('an intent that is read twice counts once', () => {
  const once = intendLease(UNKNOWN_SET, lease(1, 100));
  expect(intendLease(once, lease(1, 100))).toBe(once);
});

test('ended transactions are remembered up to the bound', () => {
  let set: LimitSet = UNKNOWN_SET;
  for (let n = 0; n <= MAX_ENDED_TRANSACTIONS; n += 1) set = endTransaction(set, transactionId(`t${n}`));
  expect(set.ended).toHaveLength(MAX_ENDED_TRANSACTIONS);
  expect(set.ended).not.toContain(transactionId('t0'));
});

test('the first end of a set is that of whatever ends first in it, and never comes while nothing ends', () => {
  expect(firstEndMs(UNKNOWN_SET)).toBe(Infinity);
  const attempted = intendLease(intendLease(UNKNOWN_SET, lease(4, 100)), lease(2, 100));
  expect(firstEndMs(attempted)).toBe(2_000);
  const of = { order: { epoch: 1, seq: 1 }, generation: 1, limit: deciAmps(60), transactionId: transactionId('t') };
  const acknowledged = { ...of, untilMs: 1_500, answeredAtMs: 0 };
  expect(firstEndMs({ ...attempted, acknowledged })).toBe(1_500);
  expect(firstEndMs({ ...attempted, acknowledged, unsettled: { ...of, untilMs: 900, provableFromMs: 0 } })).toBe(900);
});
