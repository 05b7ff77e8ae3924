import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKafka } from '@headroom/local';
import { kafkaForTests } from '@headroom/local/testing';
import { expect } from '@jest/globals';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { collect, eventually, recordOf, textOf } from './contract.ts';
import { sendWith } from './kafka-client.ts';
import { createKafkaEventLog } from './kafka.ts';
import type { EventLog } from './port.ts';

// Only asks whether Kafka can be had here.
const kafka = await kafkaForTests();
const PATIENCE = { waitMs: 60_000 };
const KEYS = Array.from({ length: 20 }, (_, n) => `site-${n}`);
const PARTITIONS = 6;
/** Past the fence of a dead broker (3 s, OW-06): the living ones have answered, and lead what it led. */
const RETRY_MS = 8_000;

/** By key, in order. */
type Ledger = ReadonlyMap<string, readonly string[]>;

/** The judge: what was acknowledged and is not in the log as its first occurrences, in order. */
async function missing(log: EventLog, topic: string, acknowledged: Ledger): Promise<readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    await log.readToEnd({
      ...{ topic, partition, from: 0n },
      onRecords: (records) => {
        for (const { key, value } of records) {
          found.set(key, (found.get(key) ?? new Set()).add(textOf(value)));
        }
      },
    });
  }
  return [...acknowledged].flatMap(([key, texts]) => {
    const first = [...(found.get(key) ?? [])];
    return texts.filter((text, at) => first[at] !== text);
  });
}

/** Our appender, without a pause. Settles when all of it is acknowledged. */
function appendAlways(log: EventLog, topic: string) {
  const acknowledged = new Map<string, string[]>(KEYS.map((key) => [key, []]));
  const pending: Promise<unknown>[] = [];
  const forRounds = async (rounds: number) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const key of KEYS) {
        const text = `${key}#${pending.length}`;
        pending.push(log.append([recordOf(topic, key, text)]).then(() => acknowledged.get(key)?.push(text)));
      }
      await sleep(10);
    }
  };
  return { acknowledged, pending, forRounds };
}

/** A producer as the library has it, which repeats by itself, and is believed. */
async function createBelieved(brokers: readonly string[]) {
  const retry = { retries: 8, initialRetryTime: RETRY_MS, maxRetryTime: RETRY_MS, factor: 0, multiplier: 1 };
  const client = new Kafka({ brokers: [...brokers], clientId: 'believed', logLevel: logLevel.NOTHING, retry });
  const producer = client.producer({ retry, idempotent: false, createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return producer;
}

const placedOf = (log: EventLog, topic: string) =>
  KEYS.map((key) => ({
    record: recordOf(topic, key, `${key}!`),
    partition: log.partitionOf(topic, key),
    bytes: key.length,
  }));

kafka.test(
  'OW-02, OW-03: a leader is killed in mid-send: nothing that was acknowledged is lost, and the same judge is red for the retries of the client (OW-01), whose answer ours refuses (OW-04)',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'headroom-loss-'));
    const cluster = await startKafka({ directory, brokers: 3 });
    const log = await createKafkaEventLog({ brokers: cluster.brokers, clientId: 'loss', giveUpMs: 30_000 });
    const spec = { partitions: PARTITIONS, cleanup: 'delete', replicationFactor: 3 } as const;
    await log.ensureTopics(['ledger', 'believed'].map((name) => ({ name, ...spec })));
    const live = await collect(log, { group: 'live', topics: ['ledger'] });
    const ours = appendAlways(log, 'ledger');
    const believed = await createBelieved(cluster.brokers);
    const placed = placedOf(log, 'believed');
    // It knows every leader now, and has a connection to each.
    await sendWith(believed)(
      'believed',
      placed.map((each) => ({ ...each, record: { ...each.record, value: Buffer.from('first') } })),
    );

    await ours.forRounds(100);
    const victim = cluster.nodes[1];
    const broken = ours.forRounds(300);
    await sleep(500);
    victim?.kill('SIGKILL');
    const answers = believed.send({
      topic: 'believed',
      messages: placed.map(({ record, partition }) => ({
        key: record.key,
        value: Buffer.from(record.value),
        partition,
      })),
      acks: -1,
      timeout: 30_000,
    });
    await broken;
    await Promise.all(ours.pending);
    const wrong = await answers;
    await victim?.stop();
    await victim?.start();
    expect(log.trouble()).toBeUndefined();

    const total = ours.pending.length;
    const distinct = () => new Set(live.records.map((record) => textOf(record.value))).size;
    await eventually(PATIENCE, 'the consumer lives through it and reads all', () => distinct() === total);
    expect(await missing(log, 'ledger', ours.acknowledged)).toEqual([]);
    // The promise of the client was kept for the living brokers alone.
    const lost = await missing(
      log,
      'believed',
      new Map(placed.map(({ record }) => [record.key, ['first', `${record.key}!`]])),
    );
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(KEYS.length);
    await expect(sendWith({ send: async () => wrong })('believed', placed)).rejects.toThrow(
      'the answer lacks partition',
    );
    expect(live.fatal).toEqual([]);
    await believed.disconnect();
    await log.close();
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  },
  240_000,
);
