import { expect, test } from '@jest/globals';
import { Bench, RULES, told } from '../testing/bench.ts';
import { LEASE_MS, SITE } from '../testing/bench-site.ts';
import type { DecisionMade } from './facts.ts';
import { onDecisionMade } from './evolve.ts';
import { newSite } from './site-state.ts';

test('SI17: a lease is renewed whole or not at all: who goes down is for the optimizer to decide', () => {
  const bench = Bench.charging({ stations: 1, ratingA: 40, worstLoadA: 30 });
  bench.readMeter(0);
  bench.settleAt({ 1: 20 });
  bench.after(LEASE_MS / 2);
  // 12 A are left beside the building, and the decision in force still says 20.
  bench.readMeter(28);
  bench.decide({ 1: 20 });
  expect(told(bench.pass())).toEqual([]);
  bench.after(1_000);
  bench.readMeter(20);
  expect(told(bench.pass())).toEqual(['ST-1 lease 20']);
});

test('HO-5: after a boot the lease from before it covers no decrease while the fallback is refused', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 64, worstLoadA: 50 });
  bench.readMeter(0);
  bench.settleAt({ 1: 32, 2: 32 });
  bench.boot(1);
  const [probe, ...others] = bench.pass();
  if (probe === undefined) throw new Error('nothing sent');
  expect(told([probe, ...others])).toEqual(['ST-1 fallback 6']);
  bench.answer(probe, 'rejected');
  bench.readMeter(50);
  bench.decide({ 1: 12 });
  // It may have lost its 32 A and be at 6 A: then 12 A are a raise, and the row is broken.
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 32', 'hardware-maximum 32']);
  expect(told(bench.pass())).toEqual([]);
  bench.after(1);
  bench.readMeter(20);
  expect(told(bench.pass())).toEqual(['ST-1 lease 12']);
});

test('a decision of an optimizer that had lost the shard is dropped, and one that is not newer', () => {
  const site = newSite(SITE);
  const made = (epoch: number, seq: number): DecisionMade => ({
    ...{ kind: 'decision-made', siteId: SITE, epoch, seq, validUntilMs: 1, targets: new Map() },
  });
  const after = (epoch: number, seq: number, openedEpoch: number) => {
    onDecisionMade(site, made(epoch, seq), openedEpoch);
    return site.decision && [site.decision.epoch, site.decision.seq];
  };
  expect(after(1, 9, 2)).toBeUndefined();
  expect(after(2, 3, 2)).toEqual([2, 3]);
  expect([after(2, 3, 2), after(2, 2, 2), after(2, 4, 2), after(3, 1, 2), after(2, 9, 2)]).toEqual([
    ...[
      [2, 3],
      [2, 3],
      [2, 4],
      [3, 1],
      [3, 1],
    ],
  ]);
});

test('SI3: an unanswered lease that has ended while its station was there does not come back when it goes offline', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 }, 1_000);
  bench.pass();
  bench.after(LEASE_MS + RULES.leaseMarginMs);
  bench.pass();
  bench.disconnect(1);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
});
