import { expect, test } from '@jest/globals';
import { manualTime, settle } from '@headroom/testing';
import { DEFAULT_PROFILE_DISPATCHER_CONFIG } from '../config.ts';
import type { Fact } from '../domain/facts.ts';
import type { SiteSnapshot } from '../domain/site-snapshot.ts';
import { createEvents } from '../events.ts';
import type { Writing } from '../ports.ts';
import { Bench } from '../testing/bench.ts';
import { JOURNAL, topicOf } from '../testing/bench-log.ts';
import { SITE } from '../testing/bench-site.ts';
import { createDispatcher } from './dispatcher.ts';
import { takeSnapshot } from './snapshot-sites.ts';
import { REST_MS } from './shard-work.ts';

/** A dispatcher that has acquired the one shard of a bench, whose group says yes to everything. */
async function acquired(snapshots: readonly SiteSnapshot[] = []) {
  const bench = Bench.charging({ stations: 1 });
  const time = manualTime(bench.nowMs);
  /** In order: `opened`, `intents`, `sent`. */
  const left: string[] = [];
  const fatal: string[] = [];
  const gate: { send: Promise<void> | undefined; append: Promise<void> | undefined } = {
    ...{ send: undefined, append: undefined },
  };
  const opening: Writing[] = [];
  const group = { owns: true };
  const silent = (): void => {};
  const dispatcher = createDispatcher({
    clock: time,
    journal: {
      append: async (facts) => {
        if (facts.some(({ kind }) => kind === 'limit-intended')) left.push('intents');
        await gate.append;
        return undefined;
      },
      open: async (_, writing) => {
        opening.push(writing);
        left.push('opened');
        return 0n;
      },
    },
    snapshots: { write: async () => {}, load: async () => ({ configured: new Set([SITE]), snapshots }) },
    gateways: {
      send: async ({ commands }) => {
        left.push('sent');
        await gate.send;
        return commands.map(() => ({ kind: 'written' }));
      },
      ask: async () => [],
      fence: async () => true,
    },
    epochs: { take: async (shards) => new Map(shards.map((shard) => [shard, 2])), close: async () => {} },
    board: { put: async () => true, remove: async () => {} },
    events: createEvents({ info: silent, warn: silent, error: silent }),
    config: DEFAULT_PROFILE_DISPATCHER_CONFIG,
    watchesLeases: true,
    fatal: (why) => void fatal.push(why),
  });
  await dispatcher.onAcquired([0], () => ({ ownsNow: () => group.owns, acquireAgain: silent }));
  const read = (fact: Fact, offset: bigint): void => {
    const topic = topicOf(fact);
    const upTo = topic === 'config' ? undefined : offset;
    dispatcher.onFacts({
      ...{ shard: 0, topic, isOwn: topic === JOURNAL, upTo },
      records: [{ offset, facts: [fact] }],
    });
  };
  /** Reads all that the bench has in its log and that was not read yet. */
  let next = 0;
  const catchUp = (): void => {
    for (const { fact, offset } of bench.log.all.slice(next)) read(fact, offset);
    next = bench.log.all.length;
  };
  const decide = async (amps: number): Promise<void> => {
    bench.decide({ 1: amps });
    catchUp();
    await settle();
  };
  return { bench, time, left, fatal, gate, opening, group, dispatcher, read, catchUp, decide };
}

/** The same, caught up, its gateways fenced, its topic read. */
async function acting() {
  const scene = await acquired();
  scene.catchUp();
  scene.dispatcher.onCaughtUp(0);
  await settle();
  scene.dispatcher.onTime();
  await settle();
  scene.left.length = 0;
  return scene;
}

test('OW-30: the mark of a new owner asks right before the write whether the shard is ours', async () => {
  const { opening, group } = await acquired();
  expect(opening.map(({ mayWrite }) => mayWrite())).toEqual([true]);
  group.owns = false;
  expect(opening.map(({ mayWrite }) => mayWrite())).toEqual([false]);
});

test('HO-2c: once a pause is asked for nothing begins, though a call is still out, nor during the rest after it', async () => {
  const { dispatcher, left, gate, time, decide } = await acting();
  const call = Promise.withResolvers<void>();
  gate.send = call.promise;
  await decide(20);
  expect(left).toEqual(['intents', 'sent']);
  let isPaused = false;
  const pausing = dispatcher.onPause([0]).then(() => (isPaused = true));
  await decide(12);
  expect([left.length, isPaused]).toEqual([2, false]);
  gate.send = undefined;
  call.resolve();
  await pausing;
  time.advance(REST_MS - 1);
  dispatcher.onTime();
  await settle();
  expect(left).toHaveLength(2);
  time.advance(1);
  dispatcher.onTime();
  await settle();
  expect(left).toEqual(['intents', 'sent', 'intents', 'sent']);
});

test('OW-14: what became durable after the shard was lost is not sent, whatever the old hold says; the shard is no longer claimed', async () => {
  const { dispatcher, left, gate, fatal, decide, read } = await acting();
  expect([...dispatcher.claims()]).toEqual([[0, 2n]]);
  const append = Promise.withResolvers<void>();
  gate.append = append.promise;
  await decide(20);
  await dispatcher.onLost([0]);
  append.resolve();
  await settle();
  expect(left).toEqual(['intents']);
  expect([...dispatcher.claims()]).toEqual([]);
  expect(fatal).toEqual([]);
  read({ kind: 'optimizer-epoch-opened', shard: 0, epoch: 9 }, 99n);
  expect(fatal).toEqual(['a record of a shard that is not ours']);
});

test('a record before what a restored site contains does not bring the shard’s position back', async () => {
  const { bench } = await acquired();
  const snapshot = takeSnapshot(bench.shard, bench.site, bench.nowMs);
  const { dispatcher, read } = await acquired([{ ...snapshot, positions: new Map([['allocation', 10n]]) }]);
  expect(dispatcher.startOf('allocation', 0)).toBe(11n);
  read({ kind: 'optimizer-epoch-opened', shard: 0, epoch: 1 }, 5n);
  expect(dispatcher.startOf('allocation', 0)).toBe(11n);
  read({ kind: 'optimizer-epoch-opened', shard: 0, epoch: 1 }, 11n);
  expect(dispatcher.startOf('allocation', 0)).toBe(12n);
});

test('which shards do not act, and what they do instead, stands in words; phases are counted', async () => {
  const { dispatcher, catchUp } = await acquired();
  expect(dispatcher.readiness()).toEqual({
    kind: 'not-ready',
    why: '1 of 1 shards do not act, no command leaves: 0 (replaying)',
  });
  expect(dispatcher.shardsIn('replaying')).toBe(1);
  catchUp();
  dispatcher.onCaughtUp(0);
  await settle();
  expect(dispatcher.readiness()).toEqual({ kind: 'ready' });
  expect([dispatcher.shardsIn('replaying'), dispatcher.shardsIn('acting')]).toEqual([0, 1]);
});
