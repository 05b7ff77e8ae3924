import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { manualTime, settle } from '@headroom/testing';
import { MAX_SITES, Tenures } from './app/tenures.ts';
import { EMPTY_MEMORY } from './domain/control-memory.ts';
import { T0 } from './domain/given.fixture.ts';
import { NO_RISES } from './domain/lease-memory.ts';
import { EMPTY_SITE_STATE } from './domain/site-state.ts';
import { createMembership, type MembershipDeps } from './membership.ts';
import type { RestoredShard, RestoredSite } from './ports.ts';

const restoredSite = (name: string): RestoredSite => ({
  ...{ siteId: siteId(name), ownerEpoch: 1n, decisionSeq: 1n, snapshotSeq: 1n, dispatcherEpoch: 1n },
  ...{ inputs: new Map(), state: EMPTY_SITE_STATE, memory: EMPTY_MEMORY, rises: NO_RISES },
});
const restored = (count: number): RestoredShard => ({
  sites: Array.from({ length: count }, (_, n) => restoredSite(`site-${n}`)),
  ...{ models: [], siteConfig: { topic: 'sites', next: 0n }, unreadable: [] },
});

/** A member of the group that has been given shard 3, with so many sites. */
async function member(sites = 1) {
  const time = manualTime(T0);
  const tenures = new Tenures();
  const group = { owns: true };
  const order: string[] = [];
  const fences: (() => boolean)[] = [];
  const silent = (): void => {};
  const never = () => {
    throw new Error('not in this test');
  };
  const deps: MembershipDeps = {
    ...{ clock: time, timers: time, tenures, round: { isRunning: false }, fatal: never },
    ...{ coalesceMs: 20, snapshotEveryMs: 250, copyEveryMs: 5_000 },
    log: {
      openEpoch: async (_, fence) => {
        order.push('mark');
        fences.push(fence);
      },
      ...{ append: never, appendSnapshot: never },
    },
    ...{ live: { put: never }, hasher: { sha256Hex: never }, owner: 'one', restoredTopics: [] },
    epochs: { take: async (shards) => new Map(shards.map((shard) => [shard, 7n])) },
    memory: {
      read: async () => {
        order.push('restore');
        return restored(sites);
      },
    },
    events: {
      ...{ shardTaken: silent, shardCaughtUp: silent, shardsLost: silent, recordParked: silent },
      ...{ decisionWithheld: silent, decisionNotWritten: silent, snapshotNotWritten: silent },
      ...{ decided: silent, decisionDurable: silent },
    },
  };
  const membership = createMembership(deps);
  const { calls } = membership;
  await calls.onAcquired([3], { memberId: 'one', ownsNow: () => group.owns, acquireAgain: silent });
  return { tenures, group, order, fences, calls, trouble: () => membership.trouble() };
}

test('HO-2, OW-30: the mark of a new owner comes first, and asks right before the write whether the shard is ours', async () => {
  const { order, fences, group } = await member();
  expect(order).toEqual(['mark', 'restore']);
  expect(fences.map((fence) => fence())).toEqual([true]);
  group.owns = false;
  expect(fences.map((fence) => fence())).toEqual([false]);
});

test('the first site over what a process can hold is left out', async () => {
  const { tenures } = await member(MAX_SITES + 1);
  expect(tenures.lanes()).toHaveLength(MAX_SITES);
});

test('OW-14: a lost shard is no longer claimed, and its tenure is over, whatever the old grip says', async () => {
  const { tenures, calls } = await member();
  const tenure = tenures.of(3);
  tenure?.caughtUp();
  expect([...calls.claims()]).toEqual([[3, 7n]]);
  await calls.onLost([3]);
  expect([...calls.claims()]).toEqual([]);
  expect([tenure?.isOver(), tenure?.fence(), tenure?.decidingEpoch()]).toEqual([true, false, undefined]);
});

test('HO-2c: a pause ends once the writes of the shard have ended', async () => {
  const { tenures, calls } = await member();
  const write = Promise.withResolvers<void>();
  tenures.of(3)?.track(write.promise);
  let isPaused = false;
  const pausing = calls.onPause([3]).then(() => (isPaused = true));
  await settle();
  expect(isPaused).toBe(false);
  write.resolve();
  await pausing;
});

test('which shards are still read stands in words, until the last of them is', async () => {
  const { calls, trouble } = await member();
  await calls.onAcquired([1], { memberId: 'one', ownsNow: () => true, acquireAgain: () => {} });
  expect(trouble()).toBe('shards 1, 3 are not read to their end yet, their sites are not decided for');
  await calls.onLost([3]);
  expect(trouble()).toContain('shards 1 are');
  await calls.onLost([1]);
  expect(trouble()).toBeUndefined();
});
