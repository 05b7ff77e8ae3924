import type { Consumer, EachBatchPayload, IHeaders, KafkaMessage } from 'kafkajs';
import type { StoredRecord } from './port.ts';
import type { FetchControl, ShardReader } from './shard-reader.ts';

/** Hands what was fetched to the reader, and lets the client go on behind it. */
export function take({ batch, resolveOffset, isStale }: EachBatchPayload, reader: ShardReader): void {
  if (isStale()) return;
  const records = batch.messages.map((message) => toStored(batch.topic, batch.partition, message));
  const last = batch.lastOffset();
  // Not ours to read now: it is paused or about to be sought, so it does not come again at once (OW-43).
  if (reader.fetched(batch.topic, batch.partition, records, BigInt(last) + 1n)) resolveOffset(last);
}

export function toStored(topic: string, partition: number, message: KafkaMessage): StoredRecord {
  const { value } = message;
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: value === null ? new Uint8Array() : new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    headers: textHeaders(message.headers ?? {}),
  };
}

function textHeaders(headers: IHeaders): Readonly<Record<string, string>> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const one = Array.isArray(value) ? value[0] : value;
    if (one !== undefined) text[name] = one.toString();
  }
  return text;
}

/** Between a crash and the restart of the consumer, and after its end, these calls throw (OW-44): a join follows anyway. */
export function controlOf(consumer: Consumer): FetchControl {
  const guarded = (act: () => void) => {
    try {
      act();
    } catch {
      // See above.
    }
  };
  return {
    pause: (topic, partition) => guarded(() => consumer.pause([{ topic, partitions: [partition] }])),
    resume: (topic, partition) => guarded(() => consumer.resume([{ topic, partitions: [partition] }])),
    seek: (topic, partition, offset) => guarded(() => consumer.seek({ topic, partition, offset: String(offset) })),
  };
}
