import { allocationV1, dispatchV1, stationV1, TOPICS } from '@headroom/contracts';
import { createKafkaEventLog, type StoredRecord } from '@headroom/event-log';
import type { TestStack } from '../../support/stack.ts';

const openLog = (running: TestStack) =>
  createKafkaEventLog({
    brokers: (running.stack.servers.endpoints.kafka ?? '').split(','),
    clientId: 'headroom-loss-judge',
  });

/** All records of a topic in one shard, in the order of the log. */
async function recordsOf(running: TestStack, topic: string, partition: number): Promise<readonly StoredRecord[]> {
  const log = await openLog(running);
  const all: StoredRecord[] = [];
  try {
    await log.readToEnd({ topic, partition, onRecords: (records) => void all.push(...records) });
  } finally {
    await log.close();
  }
  return all;
}

/** Epochs of all records of the decisions' topic in one shard, in the order of the log. */
export const decisionEpochs = async (running: TestStack, shard: number): Promise<readonly number[]> =>
  (await recordsOf(running, TOPICS.allocationFacts.name, shard)).map(({ value }) =>
    Number(allocationV1.AllocationFact.decode(value).ownerEpoch),
  );

export interface Place {
  readonly gatewayAddress: string;
  readonly generation: bigint;
}

/** Where each station of a shard was last connected, by the log. */
export async function placesIn(running: TestStack, shard: number): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>();
  for (const { value } of await recordsOf(running, TOPICS.stationFacts.name, shard)) {
    const { stationId, fact, connectionGeneration } = stationV1.StationFact.decode(value);
    if (fact?.$case !== 'connected') continue;
    places.set(stationId, { gatewayAddress: fact.value.gatewayAddress, generation: connectionGeneration });
  }
  return places;
}

/** The same of one station. */
export async function placeOf(running: TestStack, stationId: string, shard: number): Promise<Place> {
  const place = (await placesIn(running, shard)).get(stationId);
  if (place === undefined) throw new Error(`${stationId} has never connected`);
  return place;
}

/** An intent of a dispatcher, durable before its command is sent (HO-2). */
export interface Intent {
  readonly epoch: number;
  readonly seq: number;
  /** Of its pass: all intents of a pass bear the same instant. */
  readonly intendedAtMs: number;
}

export interface IntentTail {
  /** Of the shard, as far as they have been read; a moment behind the log. */
  intents(): readonly Intent[];
  stop(): Promise<void>;
}

/** Follows the intents of one shard while they are written. */
export async function followIntents(running: TestStack, shard: number): Promise<IntentTail> {
  const log = await openLog(running);
  const intents: Intent[] = [];
  await log.consume({
    group: `loss-judge-${process.pid}`,
    topics: [TOPICS.dispatchFacts.name],
    start: { kind: 'earliest' },
    onBatch: async ({ partition, records }) => {
      if (partition !== shard) return;
      for (const { value } of records) {
        const { dispatcherEpoch, fact } = dispatchV1.DispatchFact.decode(value);
        if (fact?.$case !== 'limitIntended') continue;
        const { seq, intendedAtMs } = fact.value;
        intents.push({ epoch: Number(dispatcherEpoch), seq: Number(seq), intendedAtMs: Number(intendedAtMs) });
      }
    },
    onFatal: (cause) => {
      throw cause;
    },
  });
  return { intents: () => intents, stop: () => log.close() };
}
