/**
 * The event log behind a port: appended once durable, read in order per key, at least once.
 * A member of a group may own its shards (`ownership.ts`): it hears of each one that comes and goes, and can ask whether it
 * may still act. It refuses to interpret values, and nobody else sees the client library behind it.
 */
export { createKafkaEventLog, type KafkaEventLogOptions } from './kafka.ts';
export { createMemoryEventLog, type MemoryEventLog, type MemoryEventLogOptions } from './memory.ts';
export type { Acquisition, OwnershipOptions } from './ownership.ts';
export { park, type ParkOrder, parkedSpecs, parkedTopicOf } from './park.ts';
export {
  type AppendOptions,
  type ConsumeOptions,
  type Consumption,
  type EventLog,
  EventLogError,
  type EventLogErrorCode,
  type EventRecord,
  type LogPosition,
  MAX_RECORD_BYTES,
  type ReadRange,
  type RecordBatch,
  type StartFrom,
  type StoredRecord,
} from './port.ts';
export type { LogReport } from './report.ts';
export type { TopicSpec } from './topic-spec.ts';
