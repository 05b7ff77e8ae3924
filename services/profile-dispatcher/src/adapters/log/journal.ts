import { type dispatchV1, encodeRecord, TOPICS } from '@headroom/contracts';
import { type EventLog, EventLogError, type EventRecord, type LogPosition } from '@headroom/event-log';
import { invariant } from '@headroom/kernel';
import type { JournalFact } from '../../domain/facts.ts';
import type { Journal } from '../../ports.ts';
import { epochToWire, journalToWire } from './journal-codec.ts';
import type { OwnRecords } from './own-records.ts';

const TOPIC = TOPICS.dispatchFacts;
const PRODUCER = 'profile-dispatcher';
/** With 64 shards one of them is missed by this many keys once in 10^68. */
const MOST_KEYS_TRIED = 10_000;

interface Of {
  readonly eventId: string;
  readonly traceparent?: string;
}

/** `owner`: this incarnation, for people who read the log. `own`: told where its records stand. */
export function createJournal(log: EventLog, owner: string, own: OwnRecords): Journal {
  const keys = new Map<number, string>();
  const record = (key: string, message: dispatchV1.DispatchFact, of: Of, atMs: number): EventRecord =>
    encodeRecord(TOPIC, key, message, {
      ...of,
      eventType: message.fact?.$case ?? 'none',
      occurredAtMs: Math.round(atMs),
      producer: PRODUCER,
    });
  const keyOf = (shard: number): string => {
    const key = keys.get(shard) ?? keyInShard(log, shard);
    keys.set(shard, key);
    return key;
  };
  return {
    append: async (facts, { nowMs, mayWrite, traceOf }) => {
      const records = facts.map((fact) => {
        const traceparent = traceOf?.(fact.siteId);
        const of = { eventId: eventIdOf(fact), ...(traceparent === undefined ? {} : { traceparent }) };
        return record(fact.siteId, journalToWire(fact), of, nowMs);
      });
      const positions: LogPosition[] = [];
      for (const batch of batchesOf(records)) positions.push(...(await log.append(batch, { fence: mayWrite })));
      for (const [index, { partition, offset }] of positions.entries()) {
        const fact = facts[index];
        if (fact !== undefined) own.appended(partition, fact.epoch, offset);
      }
      return lastOf(positions);
    },
    open: async (epoch, { nowMs, mayWrite }) => {
      own.begin(epoch.shard, epoch.epoch);
      const eventId = `dispatcher-epoch-${epoch.shard}-${epoch.epoch}`;
      const mark = record(keyOf(epoch.shard), epochToWire(epoch, owner, nowMs), { eventId }, nowMs);
      const offset = lastOf(await log.append([mark], { fence: mayWrite }));
      invariant(offset !== undefined, 'an append of one record resolved without its position');
      return offset;
    },
  };
}

const lastOf = (positions: readonly LogPosition[]): bigint | undefined =>
  positions.reduce<bigint | undefined>(
    (last, { offset }) => (last === undefined || offset > last ? offset : last),
    undefined,
  );

/** Records of one append at most, so that a pass over thousands of EVSEs stays below what brokers take at once. */
const MAX_RECORDS_OF_APPEND = 2_000;

const batchesOf = (records: readonly EventRecord[]): readonly (readonly EventRecord[])[] =>
  Array.from({ length: Math.ceil(records.length / MAX_RECORDS_OF_APPEND) }, (_, index) =>
    records.slice(index * MAX_RECORDS_OF_APPEND, (index + 1) * MAX_RECORDS_OF_APPEND),
  );

/** Derived from content (KF-37). */
function eventIdOf(fact: JournalFact): string {
  switch (fact.kind) {
    case 'limit-intended':
      return `intended-${fact.stationId}-${fact.commandId}`;
    case 'limit-resolved':
      return `resolved-${fact.stationId}-${fact.commandId}-${fact.outcome}`;
    case 'committed-changed':
      return `committed-${fact.stationId}/${fact.evse}-${fact.epoch}-${fact.atMs}`;
    case 'evse-disobeys':
      return `obedience-${fact.stationId}/${fact.evse}-${fact.step}-${fact.epoch}-${fact.atMs}`;
    case 'profiles-checked':
      return `profiles-${fact.stationId}-${fact.epoch}-${fact.atMs}`;
    case 'composite-checked':
      return `composite-${fact.stationId}/${fact.evse}-${fact.epoch}-${fact.atMs}`;
    case 'lease-end-seen':
      return `lease-end-${fact.stationId}/${fact.evse}-${fact.epoch}-${fact.atMs}`;
    case 'station-unreachable':
      return `unreachable-${fact.stationId}-${fact.generation}-${fact.epoch}`;
  }
}

/** A key of no site that goes to this shard: the mark of an owner belongs to all of its sites. */
function keyInShard(log: EventLog, shard: number): string {
  for (let variant = 0; variant < MOST_KEYS_TRIED; variant += 1) {
    const key = variant === 0 ? `shard:${shard}` : `shard:${shard}:${variant}`;
    if (log.partitionOf(TOPIC.name, key) === shard) return key;
  }
  throw new EventLogError('LOG_UNKNOWN_TOPIC', `no key of ${MOST_KEYS_TRIED} goes to shard ${shard} of ${TOPIC.name}`);
}
