import { kafkaForTests } from '@headroom/local/testing';
import { expect } from '@jest/globals';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { collect, eventually, recordOf, textOf } from './contract.ts';
import { createKafkaEventLog } from './kafka.ts';
import type { TopicSpec } from './topic-spec.ts';

const kafka = await kafkaForTests();
const LIMIT_MS = 60_000;
const PACE_MS = 2_000;
const PATIENCE = { waitMs: 25_000 };
const specOf = (name: string): TopicSpec => ({ name, partitions: 6, cleanup: 'delete', replicationFactor: 1 });

kafka.test(
  'KF-35: a key goes where the default partitioner of kafkajs puts it',
  async ({ brokers, prefix }) => {
    const topic = `${prefix}partitioner`;
    const log = await createKafkaEventLog({ brokers, clientId: 'group-test' });
    await log.ensureTopics([specOf(topic)]);
    const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
    const producer = client.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await producer.connect();
    const keys = Array.from({ length: 200 }, (_, n) => `site-${n}-é`);
    await producer.send({ topic, messages: keys.map((key) => ({ key, value: 'v' })) });
    await producer.disconnect();
    const seen = await collect(log, { group: `${prefix}partitioner`, topics: [topic] });
    // The other client repeats what a fresh topic did not take at once: the same key twice is no fault of ours.
    const keysSeen = () => new Set(seen.records.map(({ key }) => key));
    await eventually(PATIENCE, 'all come', () => keysSeen().size === keys.length);
    const places = seen.records.map(({ partition, offset }) => `${partition}@${offset}`);
    expect(new Set(places).size).toBe(places.length);
    expect(seen.records.filter(({ key, partition }) => log.partitionOf(topic, key) !== partition)).toEqual([]);
    await log.close();
  },
  LIMIT_MS,
);

kafka.test(
  'records that trickle in reach a consumer with a pace some at a time, and none is missing',
  async ({ brokers, prefix }) => {
    const topic = `${prefix}paced`;
    const log = await createKafkaEventLog({ brokers, clientId: 'pace-test', lingerMs: 0 });
    await log.ensureTopics([specOf(topic)]);
    const seen = await collect(log, { group: `${prefix}paced`, topics: [topic], paceMs: PACE_MS });
    await log.append([recordOf(topic, 'k', 'first')]);
    await eventually(PATIENCE, 'it reads', () => seen.records.length === 1);
    const begunMs = performance.now();
    const texts = Array.from({ length: 40 }, (_, n) => `${n}`);
    for (const text of texts) await log.append([recordOf(topic, 'k', text)]);
    await eventually(PATIENCE, 'all come', () => seen.records.length === 1 + texts.length);
    expect(seen.records.map(({ value }) => textOf(value))).toEqual(['first', ...texts]);
    // A slow machine has time for more fetches; without a rest nearly every record would have one of its own.
    expect(seen.batches.length).toBeLessThanOrEqual(3 + (performance.now() - begunMs) / PACE_MS);
    await log.close();
  },
  LIMIT_MS,
);

kafka.test(
  'members of a group share the shards, untorn; when one leaves the other goes on and nothing is missed',
  async ({ brokers, prefix }) => {
    const topics = [`${prefix}shared-1`, `${prefix}shared-2`];
    const logs = [
      await createKafkaEventLog({ brokers, clientId: 'member-a' }),
      await createKafkaEventLog({ brokers, clientId: 'member-b' }),
    ];
    const [a, b] = logs;
    if (a === undefined || b === undefined) throw new Error('two logs are open');
    await a.ensureTopics(topics.map(specOf));
    const next = new Map<string, bigint>();
    const nextOffset = async (topic: string, partition: number) => next.get(`${topic}/${partition}`);
    const open = (log: typeof a) =>
      collect(log, {
        group: `${prefix}shared`,
        topics,
        start: { kind: 'stored', nextOffset },
        onBatch: async ({ topic, partition, records }) => {
          next.set(`${topic}/${partition}`, (records.at(-1)?.offset ?? 0n) + 1n);
        },
      });
    const [first, second] = [await open(a), await open(b)];
    const keys = Array.from({ length: 40 }, (_, n) => `site-${n}`);
    const appendRound = (round: string) =>
      a.append(keys.flatMap((key) => topics.map((topic) => recordOf(topic, key, `${round} ${topic} ${key}`))));

    const distinct = () => new Set([...first.records, ...second.records].map((record) => textOf(record.value)));
    let rounds = 0;
    await eventually(PATIENCE, 'both members read', () => {
      if (distinct().size === rounds * keys.length * 2) void appendRound(`${(rounds += 1)}`);
      return first.records.length > 0 && second.records.length > 0;
    });
    await eventually(PATIENCE, 'all come', () => distinct().size === rounds * keys.length * 2);
    await first.consumption.stop();
    await appendRound('after');
    await eventually(
      PATIENCE,
      'the one that is left reads all',
      () => distinct().size === (rounds + 1) * keys.length * 2,
    );
    expect(new Set(second.records.map((record) => record.partition)).size).toBe(6);
    expect([...first.fatal, ...second.fatal]).toEqual([]);
    await Promise.all(logs.map((log) => log.close()));
  },
  LIMIT_MS,
);

kafka.test(
  'OW-40: what a consumer with positions of its own has handled is committed, for people who look at lag',
  async ({ brokers, prefix }) => {
    const topic = `${prefix}lag`;
    const group = `${prefix}lag`;
    const log = await createKafkaEventLog({ brokers, clientId: 'lag' });
    await log.ensureTopics([{ ...specOf(topic), partitions: 1 }]);
    await log.append(['1', '2', '3'].map((text) => recordOf(topic, 'k', text)));
    const start = { kind: 'stored', nextOffset: async () => undefined } as const;
    const recorder = await collect(log, { group, topics: [topic], start });
    const ownership = { onAcquired: async () => {}, onLost: async () => {} };
    const owner = await collect(log, { group: `${group}-owner`, topics: [topic], start, ownership });
    await eventually(PATIENCE, 'all come', () => recorder.records.length === 3 && owner.records.length === 3);
    await Promise.all([recorder.consumption.stop(), owner.consumption.stop()]);
    const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const offsets = [];
    for (const groupId of [group, `${group}-owner`]) {
      const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
      offsets.push(...(committed?.partitions.map((each) => each.offset) ?? []));
    }
    await admin.disconnect();
    expect(offsets).toEqual(['3', '3']);
    await log.close();
  },
  LIMIT_MS,
);
