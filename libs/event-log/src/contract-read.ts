import assert from 'node:assert/strict';
import { type ContractCheck, type LogUnderTest, recordOf, rejectsWith, textOf, topicFor } from './contract.ts';
import { keysOf } from './contract-owner.ts';
import type { EventLog, ReadRange, StoredRecord } from './port.ts';

/** So many are over what one answer of the broker holds (2 MiB). */
const LARGE = { count: 40, bytes: 100_000 };

async function read(log: EventLog, range: Omit<ReadRange, 'onRecords'>) {
  const records: StoredRecord[] = [];
  const end = await log.readToEnd({ ...range, onRecords: (some) => records.push(...some) });
  return { end, records, texts: records.map((record) => textOf(record.value)) };
}

/** A topic with the texts in one partition, and something else in another. */
async function setUp(subject: LogUnderTest, name: string, texts: readonly string[]) {
  const topic = await topicFor(subject, name);
  const [key = '', other = ''] = keysOf(subject, topic);
  await subject.log.append([recordOf(topic, other, 'of another partition')]);
  for (const text of texts) await subject.log.append([recordOf(topic, key, text)]);
  return { topic, key, partition: subject.log.partitionOf(topic, key) };
}

/** What the port promises about `readToEnd`. */
export const READ_CHECKS: readonly ContractCheck[] = [
  {
    title: 'OW-16: readToEnd gives one partition from its oldest record or from `from`, and resolves with its end',
    run: async (subject) => {
      const { topic, partition, key } = await setUp(subject, 'range', ['0', '1', '2', '3']);
      const whole = await read(subject.log, { topic, partition });
      assert.deepEqual([whole.texts, whole.end], [['0', '1', '2', '3'], 4n]);
      const [first] = whole.records;
      assert.deepEqual([first?.topic, first?.partition, first?.offset, first?.key], [topic, partition, 0n, key]);
      assert.deepEqual({ ...first?.headers }, { 'event-id': `${key}-0` });
      const tail = await read(subject.log, { topic, partition, from: 2n });
      assert.deepEqual([tail.texts, tail.end], [['2', '3'], 4n]);
      const nothing = await read(subject.log, { topic, partition, from: 4n });
      assert.deepEqual([nothing.texts, nothing.end], [[], 4n]);
    },
  },
  {
    title: 'readToEnd of an empty partition ends at once',
    run: async (subject) => {
      const topic = await topicFor(subject, 'range-empty');
      const empty = await read(subject.log, { topic, partition: 1 });
      assert.deepEqual([empty.texts, empty.end], [[], 0n]);
    },
  },
  {
    title: 'readToEnd goes on over many answers, every record once and in order',
    run: async (subject) => {
      const large = Array.from({ length: LARGE.count }, (_, n) => `${n} ${'x'.repeat(LARGE.bytes)}`);
      const { topic, partition } = await setUp(subject, 'range-large', large);
      const { texts, end } = await read(subject.log, { topic, partition });
      assert.deepEqual(
        texts.map((text) => text.split(' ')[0]),
        large.map((_, n) => String(n)),
      );
      assert.equal(end, BigInt(LARGE.count));
    },
  },
  {
    title: 'readToEnd does not follow what is appended after the call',
    run: async (subject) => {
      const { topic, partition, key } = await setUp(subject, 'range-end', ['0', '1']);
      const texts: string[] = [];
      let appending: Promise<unknown> = Promise.resolve();
      const end = await subject.log.readToEnd({
        ...{ topic, partition },
        onRecords: (records) => {
          texts.push(...records.map((record) => textOf(record.value)));
          appending = subject.log.append([recordOf(topic, key, 'later')]);
        },
      });
      assert.deepEqual([texts, end], [['0', '1'], 2n]);
      await appending;
      assert.deepEqual((await read(subject.log, { topic, partition })).texts, ['0', '1', 'later']);
    },
  },
  {
    title:
      'a range of an unknown topic or partition, or from beyond its end, is refused; what onRecords throws comes out',
    run: async (subject) => {
      const { topic, partition } = await setUp(subject, 'range-wrong', ['0']);
      await rejectsWith('LOG_UNKNOWN_TOPIC', read(subject.log, { topic: `${subject.prefix}nowhere`, partition: 0 }));
      await rejectsWith('LOG_UNKNOWN_TOPIC', read(subject.log, { topic, partition: 3 }));
      await rejectsWith('LOG_OFFSET_BEYOND_END', read(subject.log, { topic, partition, from: 2n }));
      const onRecords = () => {
        throw new Error('the reader fails');
      };
      await assert.rejects(subject.log.readToEnd({ topic, partition, onRecords }), /the reader fails/u);
    },
  },
];
