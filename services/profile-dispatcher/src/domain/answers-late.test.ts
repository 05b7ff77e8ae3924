import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { Bench } from '../testing/bench.ts';
import { transactionOf } from '../testing/bench-site.ts';
import { type FallbackAttempt, type LeaseAttempt, UNKNOWN_SET } from './limit-set.ts';
import { resolveFallback, resolveLease } from './resolve-limit.ts';

const order = (seq: number) => ({ epoch: 1, seq });
const attempt = (seq: number, amps: number): LeaseAttempt => ({
  ...{
    commandId: `c${seq}`,
    order: order(seq),
    generation: 1,
    limit: deciAmps(amps * 10),
    transactionId: transactionOf(1),
  },
  ...{ untilMs: 100_000, answerDueMs: undefined },
});

test('SI2: the answer to an older attempt, heard late, does not take the place of a newer one that was accepted', () => {
  const set = { ...UNKNOWN_SET, attempts: [attempt(1, 20)] };
  const newer = { ...attempt(2, 10), answeredAtMs: 5_000 };
  const known = { ...set, acknowledged: newer };
  const after = resolveLease(known, { commandId: 'c1', outcome: 'accepted', atMs: 6_000 });
  expect(after.acknowledged).toMatchObject({ order: newer.order, limit: 100, answeredAtMs: 5_000 });
  expect(after.attempts).toEqual([]);
});

test('HO-12: one accepted fallback settles those before it; one that left after it is on its way still', () => {
  const fallbacks: readonly FallbackAttempt[] = [1, 2, 3].map((seq) => {
    const limit = deciAmps(60 + seq);
    return { commandId: `f${seq}`, order: order(seq), generation: 1, limit, answerDueMs: undefined };
  });
  const name = { commandId: 'f2', order: order(2), generation: 1, limit: deciAmps(62) };
  const after = resolveFallback({ ...UNKNOWN_SET, fallbacks }, name, {
    outcome: 'accepted',
    sinceBoot: true,
    hasBooted: true,
    atMs: 0,
  });
  expect(after).toMatchObject({ installed: 62, proven: true });
  expect(after.fallbacks.map(({ commandId }) => commandId)).toEqual(['f3']);
});

test('the end of another transaction, told late, leaves the lease of the running one', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.endTransaction(1);
  bench.startTransaction(1, 2);
  bench.decide({ 1: 20 }, 600_000, 2);
  for (const command of bench.pass()) bench.answer(command);
  bench.endTransaction(1);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 20']);
  bench.take({
    kind: 'transaction-ended',
    ...bench.of(1),
    evse: 1,
    transactionId: transactionOf(1, 7),
  });
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 20']);
});
