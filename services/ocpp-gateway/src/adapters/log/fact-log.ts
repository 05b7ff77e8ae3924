import { encodeRecord, TOPICS } from '@headroom/contracts';
import type { EventLog, EventRecord } from '@headroom/event-log';
import type { StationFact } from '../../domain/facts.ts';
import type { FactLog } from '../../ports.ts';
import { toWire } from './station-fact-codec.ts';

/** Station facts in the event log, key siteId, or stationId for a station of no site. */
export function createFactLog(log: EventLog): FactLog {
  return {
    encode: (fact) => ({ ...recordOf(fact), stationId: fact.stationId, eventId: fact.eventId }),
    async append(records) {
      try {
        await log.append(records.map(({ topic, key, value, headers }) => ({ topic, key, value, headers })));
        return 'durable';
      } catch (cause) {
        if (isRetryable(cause)) return 'unavailable';
        if (isRefusal(cause)) return 'refused';
        throw cause;
      }
    },
    trouble: () => log.trouble(),
  };
}

function recordOf(fact: StationFact): EventRecord {
  const message = toWire(fact);
  return encodeRecord(TOPICS.stationFacts, fact.siteId ?? fact.stationId, message, {
    eventId: fact.eventId,
    eventType: message.fact?.$case ?? '',
    occurredAtMs: fact.receivedAtMs,
    producer: 'ocpp-gateway',
    ...(fact.traceparent === undefined ? {} : { traceparent: fact.traceparent }),
  });
}

const codeOf = (cause: unknown): unknown =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
const isRetryable = (cause: unknown): boolean =>
  codeOf(cause) === 'LOG_UNAVAILABLE' || codeOf(cause) === 'LOG_QUEUE_FULL';
const isRefusal = (cause: unknown): boolean => codeOf(cause) === 'LOG_RECORD_REFUSED';
