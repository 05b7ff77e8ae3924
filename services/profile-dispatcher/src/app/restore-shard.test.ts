import { expect, test } from '@jest/globals';
import { deciAmps, siteId } from '@headroom/kernel';
import type { LimitIntended } from '../domain/facts.ts';
import type { SiteSnapshot } from '../domain/site-snapshot.ts';
import { newSite } from '../domain/site-state.ts';
import { HELD, RULES } from '../testing/bench.ts';
import { JOURNAL } from '../testing/bench-log.ts';
import { SITE, stationNumber, transactionOf } from '../testing/bench-site.ts';
import { isContained, restoreShard } from './restore-shard.ts';
import { newShard } from './shard.ts';
import { takeFact } from './take-fact.ts';

const OTHER = siteId('other');

/** Of an owner of epoch 2, who had read its own topic to 90 and whose own last record stands at 100. */
function snapshotOf(site: typeof SITE, change: Partial<SiteSnapshot> = {}): SiteSnapshot {
  const { decision, stations, controls, readings, leaseEnds } = newSite(site);
  return {
    ...{ siteId: site, epoch: 2, seq: 1, takenAtMs: 1, positions: new Map([[JOURNAL, 90n]]), ownOffset: 100n },
    ...{
      openedEpoch: 2,
      optimizerEpoch: 5,
      decision,
      stations,
      controls,
      readings,
      leaseEnds,
      told: [],
      wired: new Map(),
    },
    ...change,
  };
}

function restored(...snapshots: readonly SiteSnapshot[]) {
  const shard = newShard({ shard: 0, epoch: 3, hold: HELD, acquiredMonoMs: 0 });
  restoreShard(shard, { configured: new Set(snapshots.map((each) => each.siteId)), snapshots }, 0);
  return shard;
}

const intended = (epoch: number): LimitIntended => ({
  ...{ kind: 'limit-intended', siteId: SITE, stationId: stationNumber(1), evse: 1, epoch, seq: 9 },
  ...{ commandId: `l1-200-0-${epoch}-9`, purpose: 'lease', limit: deciAmps(200), transactionId: transactionOf(1) },
  ...{ untilMs: 120_000, intendedAtMs: 0, decisionSeq: 1, increase: true, generation: 1 },
});

test('HO-2: what its owner wrote up to its last record is contained; what somebody else wrote there, it had not read', () => {
  const shard = restored(snapshotOf(SITE));
  const own = { topic: JOURNAL, isOwn: true };
  expect(isContained(shard, own, { offset: 95n, fact: intended(2) })).toBe(true);
  expect(isContained(shard, own, { offset: 101n, fact: intended(2) })).toBe(false);
  expect(isContained(shard, own, { offset: 95n, fact: intended(1) })).toBe(false);
  expect(isContained(shard, own, { offset: 90n, fact: intended(1) })).toBe(true);
});

test('what the owners of several snapshots knew of epochs is as old as the oldest of them', () => {
  const older = { openedEpoch: 1, optimizerEpoch: 4, positions: new Map([[JOURNAL, 40n]]) };
  for (const shard of [
    restored(snapshotOf(SITE), snapshotOf(OTHER, older)),
    restored(snapshotOf(OTHER, older), snapshotOf(SITE)),
  ]) {
    expect([shard.openedEpoch, shard.optimizerEpoch]).toEqual([1, 4]);
    expect(shard.positions.get(JOURNAL)).toBe(40n);
  }
});

test('R8: the epochs of owners only ever rise, in whatever order their marks are read', () => {
  const shard = restored(snapshotOf(SITE));
  const read = (kind: 'optimizer-epoch-opened' | 'dispatcher-epoch-opened', epoch: number): void =>
    takeFact(shard, { kind, shard: 0, epoch }, { nowMs: 0, rules: RULES });
  read('optimizer-epoch-opened', 7);
  read('optimizer-epoch-opened', 6);
  read('dispatcher-epoch-opened', 3);
  read('dispatcher-epoch-opened', 2);
  expect([shard.optimizerEpoch, shard.openedEpoch]).toEqual([7, 3]);
});
