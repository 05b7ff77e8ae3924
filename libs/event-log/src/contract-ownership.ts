import assert from 'node:assert/strict';
import { type ContractCheck, eventually, quietly, recordOf, topicFor } from './contract.ts';
import {
  fill,
  keysOf,
  nothingWrong,
  openOwner,
  type Owner,
  type OwnerOptions,
  shared,
  SHARDS,
  type Timeline,
} from './contract-owner.ts';
import type { LogUnderTest } from './contract.ts';

/** Members of one group that read some topics. */
async function setUp(subject: LogUnderTest, name: string, topicCount = 1) {
  const topics: string[] = [];
  for (let n = 0; n < topicCount; n += 1) topics.push(await topicFor(subject, `${name}-${n}`));
  const timeline: Timeline = [];
  const open = (member: string, change: Partial<OwnerOptions> = {}) =>
    openOwner(subject, { ...change, name: member, timeline, group: `${subject.prefix}${name}`, topics });
  return { topics, topic: topics[0] ?? '', timeline, open };
}

const stopAll = async (...owners: readonly Owner[]) => {
  for (const owner of owners) await owner.consumption.stop();
};

const [FIRST] = SHARDS;
const any = (owner: Owner): number => [...owner.owned.keys()][0] ?? assert.fail(`${owner.name} owns nothing`);

/** What the port promises to members that own their shards. */
export const OWNERSHIP_CHECKS: readonly ContractCheck[] = [
  {
    title: 'nothing of a shard is read before onAcquired resolves, then all of it from its start',
    run: async (subject) => {
      const { topic, timeline, open } = await setUp(subject, 'acquire');
      await fill(subject, topic, ['1', '2']);
      const held = Promise.withResolvers<void>();
      let asked = 0;
      const onAcquired = () => {
        asked += 1;
        return held.promise;
      };
      const a = await open('a', { ownership: { onAcquired } });
      await eventually(subject, 'it is asked', () => asked > 0);
      await quietly();
      assert.deepEqual(timeline, []);
      held.resolve();
      await shared(subject, [a]);
      for (const shard of SHARDS) assert.deepEqual(a.textsOf(shard), ['1', '2']);
      assert.deepEqual(timeline, [`a acquired ${SHARDS.join()}`]);
      await stopAll(a);
    },
  },
  {
    title: 'HO-11: onShardCaughtUp comes after what stood there and what onAcquired appended, before anything later',
    run: async (subject) => {
      const { topics, topic, timeline, open } = await setUp(subject, 'caught-up', 2);
      await fill(subject, topic, ['1', '2', '3']);
      const handled: string[] = [];
      const seenThen: string[][] = [];
      const a = await open('a', {
        maxBatchRecords: 1,
        onBatch: async (batch) => void (batch.partition === FIRST && handled.push(batch.topic)),
        ownership: {
          onAcquired: async () => fill(subject, topics[1] ?? '', ['opened']),
          onShardCaughtUp: (shard) => void (shard === FIRST && seenThen.push([...handled])),
        },
      });
      await shared(subject, [a]);
      await fill(subject, topic, ['later']);
      await eventually(subject, 'the later one comes', () => handled.length === 5);
      assert.deepEqual(
        seenThen.map((each) => each.toSorted()),
        [[topic, topic, topic, topics[1]]],
      );
      nothingWrong(timeline);
      await stopAll(a);
    },
  },
  {
    title: 'onShardCaughtUp comes for an empty shard too',
    run: async (subject) => {
      const { timeline, open } = await setUp(subject, 'empty-shard');
      const a = await open('a');
      await shared(subject, [a]);
      nothingWrong(timeline);
      await stopAll(a);
    },
  },
  {
    title: 'OW-10: a join moves the fewest shards, whole; those that stay are neither acquired nor read again',
    run: async (subject) => {
      const { topics, timeline, open } = await setUp(subject, 'join', 2);
      for (const topic of topics) await fill(subject, topic, ['1']);
      const a = await open('a');
      await shared(subject, [a]);
      const b = await open('b');
      await shared(subject, [a, b]);
      for (const topic of topics) await fill(subject, topic, ['2']);
      const all = () => [a, b].flatMap((owner) => [...owner.owned.keys()].map((shard) => owner.textsOf(shard)));
      await eventually(subject, 'the later ones come', () => all().every((texts) => texts.length >= 4));
      assert.deepEqual(
        all().map((texts) => texts.toSorted()),
        SHARDS.map(() => ['1', '1', '2', '2']),
      );
      const moved = any(b);
      assert.deepEqual(timeline.toSorted(), [`a acquired ${SHARDS.join()}`, `a lost ${moved}`, `b acquired ${moved}`]);
      await stopAll(a, b);
    },
  },
  {
    title: 'HO-10, OW-14: a shard that comes back is read from its start again',
    run: async (subject) => {
      const { topic, timeline, open } = await setUp(subject, 'back');
      await fill(subject, topic, ['1', '2']);
      const a = await open('a');
      await shared(subject, [a]);
      const b = await open('b');
      await shared(subject, [a, b]);
      const moved = any(b);
      assert.deepEqual(b.textsOf(moved), ['1', '2']);
      await stopAll(b);
      await shared(subject, [a]);
      assert.deepEqual(a.textsOf(moved), ['1', '2']);
      nothingWrong(timeline);
      await stopAll(a);
    },
  },
  {
    title: 'HO-2c: before a shard moves, the running batch and onPause of its owner are awaited',
    run: async (subject) => {
      const { topic, timeline, open } = await setUp(subject, 'pause');
      const batch = Promise.withResolvers<void>();
      const pausing = Promise.withResolvers<void>();
      let begun = 0;
      let paused: readonly number[] = [];
      let ownedWhileItEnds: readonly boolean[] = [];
      const a: Owner = await open('a', {
        onBatch: async () => {
          begun += 1;
          await batch.promise;
          timeline.push('a ends a batch');
        },
        ownership: {
          onPause: (shards) => {
            paused = shards;
            ownedWhileItEnds = shards.map((shard) => a.owned.get(shard)?.ownsNow(shard) === true);
            return pausing.promise.then(() => void timeline.push('a is at rest'));
          },
        },
      });
      await shared(subject, [a]);
      await fill(subject, topic, ['1']);
      await eventually(subject, 'batches run', () => begun === SHARDS.length);
      const b = await open('b');
      await eventually(subject, 'it is asked to rest', () => paused.length > 0);
      assert.deepEqual([paused, ownedWhileItEnds], [SHARDS, SHARDS.map(() => true)]);
      await quietly();
      batch.resolve();
      await quietly();
      pausing.resolve();
      await shared(subject, [a, b]);
      const at = (line: string) => timeline.indexOf(line);
      assert.ok(at('a ends a batch') < at('a is at rest'));
      assert.ok(at('a is at rest') < at(`b acquired ${any(b)}`), timeline.join('; '));
      nothingWrong(timeline);
      await stopAll(a, b);
    },
  },
  {
    title: 'a member that stops has lost everything before another acquires it, and handles nothing any more',
    run: async (subject) => {
      const { topic, timeline, open } = await setUp(subject, 'leave');
      const losing = Promise.withResolvers<void>();
      let told: readonly number[] = [];
      const a = await open('a', {
        ownership: {
          onLost: (shards) => {
            told = shards;
            return losing.promise;
          },
        },
      });
      await shared(subject, [a]);
      const stopping = a.consumption.stop();
      await eventually(subject, 'it is told', () => told.length > 0);
      const b = await open('b');
      await quietly(subject.joinMs);
      timeline.push('still a');
      losing.resolve();
      await stopping;
      await shared(subject, [b]);
      await fill(subject, topic, ['late']);
      await eventually(subject, 'the other reads on', () => SHARDS.every((shard) => b.textsOf(shard).length === 1));
      const all = SHARDS.join();
      assert.deepEqual(timeline, [`a acquired ${all}`, 'still a', `a lost ${all}`, `b acquired ${all}`]);
      await stopAll(b);
    },
  },
  {
    title: 'OW-14: ownsNow is false for ever once the shard of an acquisition is lost, though the member gets it back',
    run: async (subject) => {
      const { timeline, open } = await setUp(subject, 'owns');
      const a = await open('a');
      await shared(subject, [a]);
      const before = new Map(a.owned);
      const owns = (shard: number) => before.get(shard)?.ownsNow(shard);
      assert.deepEqual(SHARDS.map(owns), [true, true, true]);
      const b = await open('b');
      await shared(subject, [a, b]);
      const moved = any(b);
      const afterMove = SHARDS.map((shard) => shard !== moved);
      assert.deepEqual(SHARDS.map(owns), afterMove);
      assert.equal(b.owned.get(moved)?.ownsNow(moved), true);
      await stopAll(b);
      await shared(subject, [a]);
      assert.equal(a.owned.get(moved)?.ownsNow(moved), true);
      assert.deepEqual(SHARDS.map(owns), afterMove);
      await stopAll(a);
      assert.deepEqual(SHARDS.map(owns), [false, false, false]);
      nothingWrong(timeline);
    },
  },
  {
    title: 'an onAcquired that fails is tried again, and nothing of its shards is read before',
    run: async (subject) => {
      const { topic, timeline, open } = await setUp(subject, 'retry');
      await fill(subject, topic, ['1']);
      let left = 2;
      const onAcquired = async () => {
        left -= 1;
        if (left >= 0) throw new Error('no epochs today');
      };
      const a = await open('a', { ownership: { onAcquired } });
      await shared(subject, [a]);
      assert.equal(left, -1);
      assert.deepEqual(timeline, [`a acquired ${SHARDS.join()}`]);
      await stopAll(a);
    },
  },
  {
    title: 'HO-10: acquireAgain loses the shard, acquires it and reads all of it again; the others are left alone',
    run: async (subject) => {
      const { topic, timeline, open } = await setUp(subject, 'again');
      await fill(subject, topic, ['1', '2']);
      const a = await open('a');
      await shared(subject, [a]);
      const before = a.owned.get(1);
      before?.acquireAgain(1);
      assert.equal(before?.ownsNow(1), false);
      before?.acquireAgain(1);
      await eventually(subject, 'it is acquired again', () => a.acquisitions.get(1)?.length === 2);
      await shared(subject, [a]);
      assert.deepEqual(a.textsOf(1), ['1', '2']);
      assert.deepEqual(timeline, [`a acquired ${SHARDS.join()}`, 'a lost 1', 'a acquired 1']);
      assert.equal(a.owned.get(1)?.ownsNow(1), true);
      await stopAll(a);
    },
  },
  {
    title: 'start "stored" is asked for each topic of a shard once it is acquired',
    run: async (subject) => {
      const { topic, timeline, open } = await setUp(subject, 'stored-owner');
      await fill(subject, topic, ['1', '2', '3']);
      const asked: string[] = [];
      const a = await open('a', {
        start: {
          kind: 'stored',
          nextOffset: async (_, partition) => {
            asked.push(`${partition} after ${timeline.length}`);
            return partition === FIRST ? 2n : undefined;
          },
        },
      });
      await shared(subject, [a]);
      assert.deepEqual(
        asked.toSorted(),
        SHARDS.map((shard) => `${shard} after 1`),
      );
      assert.deepEqual(
        SHARDS.map((shard) => a.textsOf(shard)),
        [['3'], ['1', '2', '3'], ['1', '2', '3']],
      );
      await subject.log.append([recordOf(topic, keysOf(subject, topic)[0] ?? '', '4')]);
      await eventually(subject, 'it goes on', () => a.textsOf(0).join() === '3,4');
      await stopAll(a);
    },
  },
];
