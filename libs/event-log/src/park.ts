import type { EventLog, StoredRecord } from './port.ts';
import type { TopicSpec } from './topic-spec.ts';

/** Of a reason, the part that is kept. */
const REASON_CHARACTERS = 500;

/** Where a consumer puts what it can never process; nobody reads it but people. */
export const parkedTopicOf = (topic: string, group: string): string => `${topic}.${group}.parked`;

/** The parked topics that a consumer needs beside the topics it reads. Few records: the partition count is the same. */
export const parkedSpecs = (topics: readonly TopicSpec[], group: string): readonly TopicSpec[] =>
  topics.map((spec) => ({ ...spec, name: parkedTopicOf(spec.name, group), cleanup: 'delete' }));

export interface ParkOrder {
  readonly record: StoredRecord;
  readonly group: string;
  /** In words, for the person who looks; cut at 500 characters. */
  readonly reason: string;
}

/**
 * Appends the record as it came to `<topic>.<group>.parked`, with where it stood and why it was parked in its headers.
 * Resolves once that is durable; only then may the handler go on behind the record.
 */
export async function park(log: EventLog, { record, group, reason }: ParkOrder): Promise<void> {
  const parked = {
    topic: parkedTopicOf(record.topic, group),
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'parked-reason': reason.slice(0, REASON_CHARACTERS),
      'parked-topic': record.topic,
      'parked-partition': String(record.partition),
      'parked-offset': String(record.offset),
    },
  };
  await log.append([parked]);
}
