import { randomBytes } from 'node:crypto';
import { kafkaForTests } from '@headroom/local/testing';
import { expect } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { recordOf, textOf } from './contract.ts';
import { createKafkaEventLog } from './kafka.ts';
import type { EventLog } from './port.ts';

// Holes in the offsets, as compaction makes them, without waiting for the broker's cleaner.

const kafka = await kafkaForTests();

async function texts(log: EventLog, topic: string, from?: bigint) {
  const seen: string[] = [];
  const end = await log.readToEnd({
    ...{ topic, partition: 0 },
    ...(from === undefined ? {} : { from }),
    onRecords: (records) => seen.push(...records.map((record) => textOf(record.value))),
  });
  return { seen, end };
}

async function open(brokers: readonly string[], prefix: string) {
  const log = await createKafkaEventLog({ brokers, clientId: 'ranges' });
  const topic = `${prefix}${randomBytes(3).toString('hex')}.range`;
  await log.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete', replicationFactor: 1 }]);
  const client = new Kafka({ brokers: [...brokers], clientId: 'holes', logLevel: logLevel.NOTHING });
  return { log, topic, client };
}

kafka.test(
  'readToEnd ends by the high watermark where the last offset holds no record, and leaves out what is none',
  async ({ brokers, prefix }) => {
    const { log, topic, client } = await open(brokers, prefix);
    const producer = client.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    for (const value of ['0', '2']) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: 'k', value }] });
      // Writes a marker, which takes an offset and is no record.
      await transaction.commit();
    }
    await producer.disconnect();
    expect(await texts(log, topic)).toEqual({ seen: ['0', '2'], end: 4n });
    expect(await texts(log, topic, 1n)).toEqual({ seen: ['2'], end: 4n });
    expect(await texts(log, topic, 3n)).toEqual({ seen: [], end: 4n });
    await log.close();
  },
  60_000,
);

kafka.test(
  'readToEnd begins at what is retained, and ends at once where nothing is',
  async ({ brokers, prefix }) => {
    const { log, topic, client } = await open(brokers, prefix);
    const admin = client.admin();
    await admin.connect();
    await log.append(['0', '1', '2'].map((text) => recordOf(topic, 'k', text)));
    // Lets the client find the leader.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    expect(await texts(log, topic)).toEqual({ seen: ['2'], end: 3n });
    expect(await texts(log, topic, 0n)).toEqual({ seen: ['2'], end: 3n });
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
    expect(await texts(log, topic)).toEqual({ seen: [], end: 3n });
    expect(await texts(log, topic, 0n)).toEqual({ seen: [], end: 3n });
    await admin.disconnect();
    await log.close();
  },
  60_000,
);
