import { EventLogError, type EventRecord, MAX_RECORD_BYTES, type StoredRecord } from './port.ts';

/** What Kafka adds to a record and to each header, at most. */
const RECORD_OVERHEAD_BYTES = 70;
const HEADER_OVERHEAD_BYTES = 10;
/** A parked record is its original and some headers more: the largest record must be parkable too. */
const PARKED_ALLOWANCE_BYTES = 4_096;
const PARKED_SUFFIX = '.parked';

/** Bytes of a record on the wire, rounded up. */
export function recordBytes(record: EventRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + Buffer.byteLength(record.key) + record.value.byteLength;
  for (const [name, value] of Object.entries(record.headers)) {
    bytes += HEADER_OVERHEAD_BYTES + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return bytes;
}

/** Refuses a record that no broker of ours would take. Returns its bytes. */
export function checkedBytes(record: EventRecord): number {
  const bytes = recordBytes(record);
  const most = MAX_RECORD_BYTES + (record.topic.endsWith(PARKED_SUFFIX) ? PARKED_ALLOWANCE_BYTES : 0);
  if (bytes > most) {
    const words = `a record of ${bytes} bytes for ${record.topic} is over the ${most} that the log takes`;
    throw new EventLogError('LOG_RECORD_REFUSED', words);
  }
  return bytes;
}

export const closedError = (): EventLogError => new EventLogError('LOG_RECORD_REFUSED', 'the event log is closed');

export const fencedError = (): EventLogError =>
  new EventLogError('LOG_FENCED', 'not written, or not again: the fence of the append has closed');

export const unknownTopic = (topic: string): EventLogError =>
  new EventLogError('LOG_UNKNOWN_TOPIC', `topic ${topic} does not exist: topics are made by migration`);

export const topicMismatch = (topic: string, has: number, asked: number): EventLogError =>
  new EventLogError('LOG_TOPIC_MISMATCH', `topic ${topic} has ${has} partitions, not the ${asked} asked for`);

export function offsetBeyondEnd(topic: string, partition: number, offset: bigint, end: bigint): EventLogError {
  const words = `the stored offset ${offset} of ${topic} [${partition}] is beyond the end ${end}: this is another log`;
  return new EventLogError('LOG_OFFSET_BEYOND_END', words);
}

/** A copy that shares no bytes with its original. */
export const copyOf = (record: StoredRecord): StoredRecord => ({
  ...record,
  value: record.value.slice(),
  headers: { ...record.headers },
});
