import assert from 'node:assert/strict';
import {
  bytesOf,
  type ContractCheck,
  collect,
  eventually,
  PARTITIONS,
  recordOf,
  rejectsWith,
  textOf,
  topicFor,
} from './contract.ts';
import { type EventRecord, MAX_RECORD_BYTES } from './port.ts';

const KEYS = ['site-a', 'site-b', 'site-c', 'site-d'];

/** What the port promises about topics and appends. */
export const APPEND_CHECKS: readonly ContractCheck[] = [
  {
    title: 'records of one key keep the order of the calls, also of calls that are not awaited',
    run: async (subject) => {
      const topic = await topicFor(subject, 'order');
      const calls = Array.from({ length: 120 }, (_, n) =>
        subject.log.append(KEYS.flatMap((key) => [recordOf(topic, key, `${n}.0`), recordOf(topic, key, `${n}.1`)])),
      );
      await Promise.all(calls);
      const seen = await collect(subject.log, { group: `${subject.prefix}order`, topics: [topic] });
      await eventually(subject, 'all records come', () => seen.records.length >= 120 * KEYS.length * 2);
      const expected = Array.from({ length: 120 }, (_, n) => [`${n}.0`, `${n}.1`]).flat();
      for (const key of KEYS) {
        const texts = seen.records.filter((record) => record.key === key).map((record) => textOf(record.value));
        assert.deepEqual(texts, expected);
      }
      await seen.consumption.stop();
    },
  },
  {
    title: 'append resolves once the records are there, with the position of each in the order of the call',
    run: async (subject) => {
      const [one, two] = [await topicFor(subject, 'durable-1'), await topicFor(subject, 'durable-2')];
      const records = Array.from({ length: 40 }, (_, n) => recordOf(n % 3 === 0 ? two : one, `site-${n % 7}`, `r${n}`));
      const positions = await subject.log.append(records);
      assert.equal(positions.length, records.length);
      const seen = await collect(subject.log, { group: `${subject.prefix}durable`, topics: [one, two] });
      await eventually(subject, 'what stood in the log is read', () => seen.caughtUp === 1);
      for (const [n, position] of positions.entries()) {
        const found = seen.records.find(
          (each) =>
            each.topic === position.topic && each.partition === position.partition && each.offset === position.offset,
        );
        assert.equal(found && textOf(found.value), `r${n}`);
        assert.equal(position.partition, subject.log.partitionOf(position.topic, records[n]?.key ?? ''));
      }
      await seen.consumption.stop();
    },
  },
  {
    title: 'values, keys and headers come back as they went in, and share no bytes with the caller',
    run: async (subject) => {
      const topic = await topicFor(subject, 'bytes');
      const backing = new Uint8Array([9, 0, 255, 128, 10, 9]);
      const headers = { 'event-id': 'é ✓', empty: '', 'occurred-at-ms': '1700000000000' };
      const record: EventRecord = { topic, key: 'Straße 1/2', value: backing.subarray(1, 5), headers };
      const appended = subject.log.append([record, { ...record, value: new Uint8Array() }]);
      await appended;
      backing.fill(7);
      const seen = await collect(subject.log, { group: `${subject.prefix}bytes`, topics: [topic] });
      await eventually(subject, 'both records come', () => seen.records.length >= 2);
      assert.deepEqual([...(seen.records[0]?.value ?? [])], [0, 255, 128, 10]);
      assert.equal(seen.records[1]?.value.length, 0);
      assert.equal(seen.records[0]?.key, 'Straße 1/2');
      assert.deepEqual({ ...seen.records[0]?.headers }, headers);
      seen.records[0]?.value.fill(1);
      const again = await collect(subject.log, { group: `${subject.prefix}bytes-2`, topics: [topic] });
      await eventually(subject, 'they come again', () => again.records.length >= 2);
      assert.deepEqual([...(again.records[0]?.value ?? [])], [0, 255, 128, 10]);
      await Promise.all([seen.consumption.stop(), again.consumption.stop()]);
    },
  },
  {
    title: 'a topic that does not exist is refused, to append, to consume and to ask',
    run: async ({ log, prefix }) => {
      const topic = `${prefix}nowhere`;
      await rejectsWith('LOG_UNKNOWN_TOPIC', log.append([recordOf(topic, 'k', 'v')]));
      await rejectsWith('LOG_UNKNOWN_TOPIC', collect(log, { group: `${prefix}nowhere`, topics: [topic] }));
      await rejectsWith(
        'LOG_UNKNOWN_TOPIC',
        Promise.resolve().then(() => log.partitionOf(topic, 'k')),
      );
    },
  },
  {
    title: 'a record over the bound is refused with its whole call, the largest below it is taken',
    run: async (subject) => {
      const topic = await topicFor(subject, 'size');
      const sized = (length: number): EventRecord => ({ topic, key: 'k', value: new Uint8Array(length), headers: {} });
      await rejectsWith('LOG_RECORD_REFUSED', subject.log.append([recordOf(topic, 'k', 'v'), sized(MAX_RECORD_BYTES)]));
      const [position] = await subject.log.append([sized(MAX_RECORD_BYTES - 100)]);
      assert.equal(position?.offset, 0n);
    },
  },
  {
    title: 'ensureTopics may be repeated, and refuses another partition count',
    run: async (subject) => {
      const name = await topicFor(subject, 'ensure');
      await topicFor(subject, 'ensure');
      const spec = { name, partitions: PARTITIONS + 1, cleanup: 'delete', replicationFactor: 1 } as const;
      await rejectsWith('LOG_TOPIC_MISMATCH', subject.log.ensureTopics([spec]));
    },
  },
  {
    title:
      'the queue of unwritten records is bounded: the first record over it is refused at once, the others are written',
    run: async (subject) => {
      const topic = await topicFor(subject, 'queue');
      const value = new Uint8Array(subject.maxQueueBytes / 4);
      const fill = (key: string) => subject.log.append([{ topic, key, value, headers: {} }]);
      const taken = [fill('a'), fill('b'), fill('c')];
      await rejectsWith('LOG_QUEUE_FULL', fill('d'));
      assert.equal((await Promise.all(taken)).length, 3);
      await fill('d');
    },
  },
  {
    title: 'OW-30: a fence that is closed refuses the append, one that is open does not',
    run: async (subject) => {
      const topic = await topicFor(subject, 'fence');
      const closed = subject.log.append([recordOf(topic, 'k', 'late')], { fence: () => false });
      await rejectsWith('LOG_FENCED', closed);
      await subject.log.append([recordOf(topic, 'k', 'in time')], { fence: () => true });
      const seen = await collect(subject.log, { group: `${subject.prefix}fence`, topics: [topic] });
      await eventually(subject, 'the end is reached', () => seen.caughtUp === 1);
      assert.deepEqual(seen.texts(), ['in time']);
      await seen.consumption.stop();
    },
  },
  {
    title: 'after close nothing is taken',
    run: async (subject) => {
      const topic = await topicFor(subject, 'close');
      const last = subject.log.append([recordOf(topic, 'k', 'last')]);
      await subject.log.close();
      assert.equal((await last).length, 1);
      await rejectsWith(
        'LOG_RECORD_REFUSED',
        subject.log.append([{ topic, key: 'k', value: bytesOf('v'), headers: {} }]),
      );
      assert.notEqual(subject.log.trouble(), undefined);
    },
  },
];
