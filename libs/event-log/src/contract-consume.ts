import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ContractCheck,
  collect,
  eventually,
  PARTITIONS,
  quietly,
  recordOf,
  rejectsWith,
  textOf,
  topicFor,
} from './contract.ts';

const failing = (times: number) => {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0) throw new Error('the handler fails');
  };
};

const KEYS = Array.from({ length: 12 }, (_, n) => `site-${n}`);

/** What the port promises about consuming. */
export const CONSUME_CHECKS: readonly ContractCheck[] = [
  {
    title: 'a batch whose handler fails comes again, the same, before anything behind it',
    run: async (subject) => {
      const topic = await topicFor(subject, 'again');
      await subject.log.append(['1', '2', '3'].map((text) => recordOf(topic, 'k', text)));
      const tried: string[] = [];
      const fail = failing(2);
      const seen = await collect(subject.log, {
        group: `${subject.prefix}again`,
        topics: [topic],
        maxBatchRecords: 2,
        onBatch: async (batch) => {
          tried.push(batch.records.map((record) => textOf(record.value)).join());
          fail();
        },
      });
      await eventually(subject, 'all records are handled', () => seen.records.length >= 3);
      assert.deepEqual(tried, ['1,2', '1,2', '1,2', '3']);
      assert.deepEqual(seen.texts(), ['1', '2', '3']);
      assert.equal(seen.caughtUp, 1);
      await seen.consumption.stop();
    },
  },
  {
    title: 'batches of one shard never overlap, over all its topics; shards run side by side',
    run: async (subject) => {
      const topics = [await topicFor(subject, 'lane-1'), await topicFor(subject, 'lane-2')];
      await subject.log.append(
        topics.flatMap((topic) => KEYS.flatMap((key) => [1, 2, 3].map((n) => recordOf(topic, key, `${n}`)))),
      );
      const running = new Map<number, number>();
      let worst = 0;
      let widest = 0;
      const seen = await collect(subject.log, {
        group: `${subject.prefix}lanes`,
        topics,
        maxBatchRecords: 2,
        onBatch: async ({ partition }) => {
          running.set(partition, (running.get(partition) ?? 0) + 1);
          worst = Math.max(worst, running.get(partition) ?? 0);
          widest = Math.max(widest, [...running.values()].filter((count) => count > 0).length);
          await sleep(15);
          running.set(partition, (running.get(partition) ?? 0) - 1);
        },
      });
      await eventually(subject, 'all records come', () => seen.records.length >= topics.length * KEYS.length * 3);
      assert.equal(worst, 1);
      assert.ok(widest > 1, 'no two shards ran side by side');
      await seen.consumption.stop();
    },
  },
  {
    title: 'a shard that stands still holds up no other',
    run: async (subject) => {
      const topic = await topicFor(subject, 'still');
      await subject.log.append(KEYS.map((key) => recordOf(topic, key, key)));
      const stuck = subject.log.partitionOf(topic, 'site-0');
      const others = KEYS.filter((key) => subject.log.partitionOf(topic, key) !== stuck);
      const held = Promise.withResolvers<void>();
      const seen = await collect(subject.log, {
        group: `${subject.prefix}still`,
        topics: [topic],
        onBatch: async ({ partition }) => (partition === stuck ? held.promise : undefined),
      });
      await eventually(subject, 'the other shards are read', () => seen.records.length >= others.length);
      assert.equal(seen.caughtUp, 0);
      held.resolve();
      await eventually(subject, 'the end is reached', () => seen.caughtUp === 1);
      await seen.consumption.stop();
    },
  },
  {
    title: 'start "stored" begins at the given offset of each partition, and at the start where there is none',
    run: async (subject) => {
      const topic = await topicFor(subject, 'stored');
      const keys = Array.from({ length: PARTITIONS }, (_, partition) =>
        KEYS.find((key) => subject.log.partitionOf(topic, key) === partition),
      );
      assert.ok(keys.every((key) => key !== undefined));
      for (const key of keys) await subject.log.append(['0', '1', '2'].map((n) => recordOf(topic, key ?? '', n)));
      const stored: readonly (bigint | undefined)[] = [2n, undefined, 3n];
      const seen = await collect(subject.log, {
        group: `${subject.prefix}stored`,
        topics: [topic],
        start: { kind: 'stored', nextOffset: async (_, partition) => stored[partition] },
      });
      await eventually(subject, 'the end is reached', () => seen.caughtUp === 1);
      const of = (partition: number) =>
        seen.records.filter((each) => each.partition === partition).map((each) => each.offset);
      assert.deepEqual([of(0), of(1), of(2)], [[2n], [0n, 1n, 2n], []]);
      await seen.consumption.stop();
    },
  },
  {
    title: 'start "earliest" replays everything every time; what is handled before it catches up is what stood there',
    run: async (subject) => {
      const topic = await topicFor(subject, 'replay');
      await subject.log.append(KEYS.map((key) => recordOf(topic, key, key)));
      for (const run of [1, 2]) {
        let handled = 0;
        const handledAtCatchUp: number[] = [];
        const seen = await collect(subject.log, {
          group: `${subject.prefix}replay`,
          topics: [topic],
          onBatch: async ({ records }) => {
            handled += records.length;
          },
          onCaughtUp: () => handledAtCatchUp.push(handled),
        });
        await eventually(subject, 'the end is reached', () => handledAtCatchUp.length > 0);
        assert.deepEqual(handledAtCatchUp, [KEYS.length], `run ${run}`);
        assert.deepEqual(seen.texts().toSorted(), KEYS.toSorted());
        await seen.consumption.stop();
      }
    },
  },
  {
    title: 'an empty log is caught up at once, and later records come',
    run: async (subject) => {
      const topic = await topicFor(subject, 'empty');
      const seen = await collect(subject.log, { group: `${subject.prefix}empty`, topics: [topic] });
      await eventually(subject, 'the end is reached', () => seen.caughtUp === 1);
      await subject.log.append([recordOf(topic, 'k', 'late')]);
      await eventually(subject, 'the late record comes', () => seen.records.length === 1);
      await quietly();
      assert.equal(seen.caughtUp, 1);
      assert.ok(seen.consumption.pollAgeMs() < 20_000);
      await seen.consumption.stop();
    },
  },
  {
    title: 'two groups each see everything',
    run: async (subject) => {
      const topic = await topicFor(subject, 'groups');
      const open = (name: string) =>
        collect(subject.log, { group: `${subject.prefix}groups-${name}`, topics: [topic] });
      const both = [await open('a'), await open('b')];
      await subject.log.append(KEYS.map((key) => recordOf(topic, key, key)));
      for (const seen of both) {
        await eventually(subject, 'all records come', () => seen.records.length >= KEYS.length);
        assert.deepEqual(seen.texts().toSorted(), KEYS.toSorted());
      }
      await Promise.all(both.map((seen) => seen.consumption.stop()));
    },
  },
  {
    title: 'a compacted topic keeps the last record of each key',
    run: async (subject) => {
      const topic = await topicFor(subject, 'compact', 'compact');
      for (const text of ['1', '2', '3']) await subject.log.append(KEYS.map((key) => recordOf(topic, key, text)));
      const seen = await collect(subject.log, { group: `${subject.prefix}compact`, topics: [topic] });
      await eventually(subject, 'the end is reached', () => seen.caughtUp === 1);
      const last = new Map(seen.records.map((record) => [record.key, textOf(record.value)]));
      assert.deepEqual(last, new Map(KEYS.map((key) => [key, '3'])));
      await seen.consumption.stop();
    },
  },
  {
    title: 'stop lets the running batch end and begins no other',
    run: async (subject) => {
      const topic = await topicFor(subject, 'stop');
      await subject.log.append(['1', '2', '3'].map((text) => recordOf(topic, 'k', text)));
      const held = Promise.withResolvers<void>();
      let begun = 0;
      const seen = await collect(subject.log, {
        group: `${subject.prefix}stop`,
        topics: [topic],
        maxBatchRecords: 1,
        onBatch: () => {
          begun += 1;
          return held.promise;
        },
      });
      await eventually(subject, 'a batch begins', () => begun === 1);
      let stopped = false;
      const stopping = seen.consumption.stop().then(() => {
        stopped = true;
      });
      await quietly();
      assert.equal(stopped, false);
      held.resolve();
      await stopping;
      await quietly();
      assert.deepEqual(seen.texts(), ['1']);
      assert.equal(begun, 1);
    },
  },
  {
    title: 'a broken invariant in a handler ends the consumer, and only that',
    run: async (subject) => {
      const topic = await topicFor(subject, 'fatal');
      await subject.log.append([recordOf(topic, 'k', '1')]);
      const bug = Object.assign(new Error('a bug'), { code: 'INVARIANT_VIOLATED' });
      const seen = await collect(subject.log, {
        group: `${subject.prefix}fatal`,
        topics: [topic],
        onBatch: () => Promise.reject(bug),
      });
      await eventually(subject, 'it is told', () => seen.fatal.length > 0);
      await quietly();
      assert.deepEqual(seen.fatal, [bug]);
      assert.equal(seen.caughtUp, 0);
      await seen.consumption.stop();
    },
  },
  {
    title: 'a stored offset beyond the end of the log is refused: it belongs to another log',
    run: async (subject) => {
      const topic = await topicFor(subject, 'beyond');
      await subject.log.append([recordOf(topic, 'k', '1')]);
      const fatal: unknown[] = [];
      const opening = collect(subject.log, {
        group: `${subject.prefix}beyond`,
        topics: [topic],
        start: { kind: 'stored', nextOffset: async () => 9n },
        onFatal: (cause) => fatal.push(cause),
      });
      // Known at once or only once the group is joined.
      const told = opening.then(async (seen) => {
        await eventually(subject, 'it is told', () => fatal.length > 0);
        await seen.consumption.stop();
        throw fatal[0];
      });
      await rejectsWith('LOG_OFFSET_BEYOND_END', told);
    },
  },
];
