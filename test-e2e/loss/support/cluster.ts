import { Kafka, logLevel } from 'kafkajs';
import type { TestStack } from '../../support/stack.ts';

/** Broker (`kafka-1` ...) that leads a partition now. Asked of the cluster itself, by a client of the test's own. */
export async function leaderOf(running: TestStack, topic: string, partition: number): Promise<string> {
  const brokers = (running.stack.servers.endpoints.kafka ?? '').split(',');
  const admin = new Kafka({ brokers, clientId: 'headroom-loss-judge', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const leader = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
    if (leader < 0) throw new Error(`nobody leads ${topic}/${partition}`);
    return `kafka-${leader}`;
  } finally {
    await admin.disconnect();
  }
}
