import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { EMPTY_MEMORY } from '../domain/control-memory.ts';
import { DEPOT, siteOf } from '../domain/given.fixture.ts';
import { NO_RISES } from '../domain/lease-memory.ts';
import { EMPTY_SITE_STATE } from '../domain/site-state.ts';
import type { Grip, RestoredShard, RestoredSite } from '../ports.ts';
import { ShardTenure } from './shard-tenure.ts';

const TOPICS = ['facts', 'meters'];
const GRIP: Grip = { owns: () => true, acquireAgain: () => {} };

const site = (
  name: string,
  inputs: Readonly<Record<string, bigint>>,
  change: Partial<RestoredSite> = {},
): RestoredSite => ({
  ...{ siteId: siteId(name), ownerEpoch: 3n, decisionSeq: 7n, snapshotSeq: 1n, dispatcherEpoch: 2n },
  inputs: new Map(Object.entries(inputs)),
  ...{ state: EMPTY_SITE_STATE, memory: EMPTY_MEMORY, rises: NO_RISES },
  ...change,
});
const model = (name: string) => siteOf({ ...DEPOT, siteId: name });

function tenure(restored: Partial<RestoredShard> = {}, change: { readonly grip?: Grip; readonly most?: number } = {}) {
  const { grip = GRIP, most = 100 } = change;
  const empty: RestoredShard = { sites: [], models: [], siteConfig: { topic: 'sites', next: 0n }, unreadable: [] };
  return new ShardTenure({
    ...{ shard: 4, epoch: 5n, grip, restored: { ...empty, ...restored }, topics: TOPICS, beganAtMonoMs: 0 },
    mayHold: (held) => held < most,
  });
}

test('each topic begins behind the lowest position of its sites, and the documents where they were read to', () => {
  const restored = {
    sites: [site('a', { facts: 10n, meters: 4n }), site('b', { facts: 20n })],
    models: [model('a'), model('b')],
    siteConfig: { topic: 'sites', next: 2n },
  };
  const owner = tenure(restored);
  expect([owner.startOf('facts'), owner.startOf('meters'), owner.startOf('sites')]).toEqual([11n, undefined, 2n]);
  expect(owner.hasHandled({ topic: 'facts', offset: 10n })).toBe(true);
  expect(owner.hasHandled({ topic: 'facts', offset: 11n })).toBe(false);
});

test('a configured site without a snapshot: the shard begins at its oldest records', () => {
  const owner = tenure({ sites: [site('a', { facts: 10n, meters: 4n })], models: [model('a'), model('new')] });
  expect([owner.startOf('facts'), owner.startOf('meters')]).toEqual([undefined, undefined]);
  expect(owner.dispatcherRules(0n)).toBe(true);
});

test('epochs of others are known as of the oldest snapshot: what stands behind it is judged as it comes', () => {
  const sites = [site('a', { facts: 10n }), site('b', { facts: 20n }, { ownerEpoch: 4n, dispatcherEpoch: 3n })];
  const owner = tenure({ sites });
  expect([owner.dispatcherRules(1n), owner.dispatcherRules(2n)]).toEqual([false, true]);
  expect([owner.ownerRules(2n), owner.ownerRules(3n)]).toEqual([false, true]);
  owner.noteDispatcherEpoch(3n);
  expect(owner.dispatcherRules(2n)).toBe(false);
  // An opening that was read late takes nothing back.
  owner.noteDispatcherEpoch(2n);
  expect([owner.dispatcherRules(2n), owner.dispatcherEpoch()]).toEqual([false, 3n]);
});

test('the first site over what the process can hold is refused, restored ones too; the others stay', () => {
  const owner = tenure({ sites: [site('a', {}), site('b', {}), site('c', {})] }, { most: 2 });
  expect(owner.lanes().map((lane) => lane.siteId)).toEqual(['a', 'b']);
  expect(owner.open(siteId('d'))).toBeUndefined();
  expect(owner.open(siteId('b'))).toBeDefined();
});

test('HO-11, OW-30: nothing may leave before the shard has caught up, nor while it is not ours, nor ever after it was lost', () => {
  const state = { owns: true };
  const owner = tenure({}, { grip: { ...GRIP, owns: () => state.owns } });
  expect(owner.decidingEpoch()).toBeUndefined();
  owner.caughtUp();
  expect(owner.decidingEpoch()).toBe(5n);
  state.owns = false;
  expect([owner.decidingEpoch(), owner.fence()]).toEqual([undefined, false]);
  state.owns = true;
  owner.end();
  owner.caughtUp();
  expect([owner.decidingEpoch(), owner.fence(), owner.isOver()]).toEqual([undefined, false, true]);
});

test('HO-10: an epoch above ours acquires again, ours and lower ones do not', () => {
  let again = 0;
  const owner = tenure({}, { grip: { ...GRIP, acquireAgain: () => void (again += 1) } });
  for (const epoch of [1n, 5n]) owner.noteOpened(epoch);
  expect(again).toBe(0);
  owner.noteOpened(6n);
  expect(again).toBe(1);
});

test('HO-2c: rest waits for all writes under way, those that fail and those that begin meanwhile', async () => {
  const owner = tenure();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  owner.track(first.promise);
  let rested = false;
  const resting = owner.rest().then(() => (rested = true));
  owner.track(second.promise);
  first.reject(new Error('no'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(rested).toBe(false);
  second.resolve();
  await resting;
  await owner.rest();
});

test('of the past is what an earlier owner had handled, while the shard is read: nothing of it is parked again', () => {
  const [known, unknown] = [tenure({ sites: [site('a', { facts: 10n }), site('b', { facts: 20n })] }), tenure()];
  const isPast = (owner: ShardTenure, offset: bigint) => owner.isOfThePast({ topic: 'facts', offset });
  expect([10n, 20n, 21n].map((offset) => isPast(known, offset))).toEqual([true, true, false]);
  // Without any snapshot nobody knows how far the last owner came: all that stands there was handled.
  expect(isPast(unknown, 999n)).toBe(true);
  for (const owner of [known, unknown]) owner.caughtUp();
  expect([isPast(known, 10n), isPast(unknown, 999n)]).toEqual([false, false]);
});

test('OW-14: the end of a tenure cancels what its sites were waiting for', () => {
  const owner = tenure();
  const lane = owner.open(siteId('a'));
  let cancelled = 0;
  if (lane !== undefined) Object.assign(lane, { coalescing: () => void (cancelled += 1), wanted: 'session' });
  owner.end();
  expect([cancelled, lane?.coalescing, lane?.wanted]).toEqual([1, undefined, undefined]);
  expect(owner.lanes()).toEqual([]);
});
