import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Result } from '@headroom/kernel';
import { err, ok } from '@headroom/kernel';
import type { Topic } from './topics.ts';

/** Names of the headers that every record carries. Few: each costs client CPU (OW-66). */
export const HEADERS = {
  eventId: 'event-id',
  eventType: 'event-type',
  occurredAtMs: 'occurred-at-ms',
  causationId: 'causation-id',
  producer: 'producer',
  traceparent: 'traceparent',
} as const;

export interface Envelope {
  /** Derived from content, so that a repeat is recognisable (KF-37). */
  readonly eventId: string;
  /** Name of the `oneof` case, or of the message. */
  readonly eventType: string;
  readonly occurredAtMs: number;
  readonly producer: string;
  readonly causationId?: string;
  readonly traceparent?: string;
}

/** Same shape as an event log's record, so that one passes for the other. */
export interface WireRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A buffer larger than this is not kept for the next record. */
const MAX_KEPT_BYTES = 1_048_576;

/** Shared by all records: its buffer has grown to their size already. What `finish` gives is a copy of its own. */
let writer = new BinaryWriter();

function encode<Message>(topic: Topic<Message>, message: Message): Uint8Array {
  let whole = false;
  try {
    const value = topic.codec.encode(message, writer).finish();
    whole = value.length <= MAX_KEPT_BYTES;
    return value;
  } finally {
    // A message that does not encode leaves half of itself behind.
    if (!whole) writer = new BinaryWriter();
  }
}

/** A message of a topic as a record of the log. */
export function encodeRecord<Message>(
  topic: Topic<Message>,
  key: string,
  message: Message,
  envelope: Envelope,
): WireRecord {
  const headers: Record<string, string> = {
    [HEADERS.eventId]: envelope.eventId,
    [HEADERS.eventType]: envelope.eventType,
    [HEADERS.occurredAtMs]: String(envelope.occurredAtMs),
    [HEADERS.producer]: envelope.producer,
  };
  if (envelope.causationId !== undefined) headers[HEADERS.causationId] = envelope.causationId;
  if (envelope.traceparent !== undefined) headers[HEADERS.traceparent] = envelope.traceparent;
  return { topic: topic.name, key, value: encode(topic, message), headers };
}

/** The message of a record, or why it does not decode; such a record is parked, never skipped in silence. */
export function decodeRecord<Message>(topic: Topic<Message>, value: Uint8Array): Result<Message, string> {
  try {
    return ok(topic.codec.decode(value));
  } catch (cause) {
    return err(`does not decode as ${topic.message}: ${cause instanceof Error ? cause.message : 'unknown'}`);
  }
}
