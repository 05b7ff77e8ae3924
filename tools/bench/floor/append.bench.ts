import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServers } from '@headroom/local';
import { type BenchRow, tellTable } from '@headroom/testing';
import { Kafka, logLevel } from 'kafkajs';
import { costOf } from './cost.ts';

// The least that a durable record can cost: the bare client, acknowledged by all replicas, at several sizes of a batch.

const TOPIC = 'floor';
const PARTITIONS = 6;
const RECORD_BYTES = 1_200;
const BATCHES = [1, 12, 50, 200];
const WARM_MS = 2_000;
const MEASURED_MS = 4_000;
const HEADERS = { 'event-id': 'e'.repeat(64), 'event-type': 'meterValuesReported', producer: 'floor' };

const directory = mkdtempSync(join(tmpdir(), 'headroom-floor-'));
const servers = await startServers({ want: ['kafka'], directory, mode: 'local', log: () => {} });
const brokers = [servers.endpoints.kafka ?? ''];
const kafka = new Kafka({ clientId: 'floor', brokers, logLevel: logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }] });
await admin.disconnect();
const producer = kafka.producer({ idempotent: false });
await producer.connect();
const rows: BenchRow[] = [];
const value = Buffer.alloc(RECORD_BYTES, 'r');
for (const size of BATCHES) {
  const messages = Array.from({ length: size }, (_, n) => ({
    ...{ key: `site-${n % PARTITIONS}`, value, headers: HEADERS, partition: n % PARTITIONS },
  }));
  const once = async (): Promise<number> => {
    await producer.send({ topic: TOPIC, messages, acks: -1 });
    return size;
  };
  const pid = servers.nodes.get('kafka-1')?.pid() ?? 0;
  rows.push(await costOf({ what: `batch of ${size}`, warmMs: WARM_MS, measuredMs: MEASURED_MS, once, pid }));
}
await producer.disconnect();
await servers.stop();
rmSync(directory, { recursive: true, force: true });
await tellTable({
  title: `Floor: bare kafkajs, records of ${RECORD_BYTES} bytes over ${PARTITIONS} partitions, one batch at a time`,
  rows,
  notes: [],
});
