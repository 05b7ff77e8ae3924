import { decodeRecord, HEADERS, type stationV1, TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import { err, ok, type Result, siteId, stationId, transactionId } from '@headroom/kernel';
import type { MeterMessage } from '../../domain/meter-message.ts';

type Carrier = Pick<stationV1.TransactionEnded, 'evse' | 'transactionId' | 'meterValues'> & {
  readonly offline: boolean;
};

/** PostgreSQL refuses U+0000 in text; no id of a sane station has one. */
const plain = (text: string): string => text.replaceAll('\0', '');

/** The meter values that a station fact carries: undefined where it carries none; an error where it does not decode. */
export function meterMessageOf(record: StoredRecord): Result<MeterMessage | undefined, string> {
  const decoded = decodeRecord(TOPICS.stationFacts, record.value);
  if (decoded.kind === 'err') return decoded;
  const fact = decoded.value;
  if (fact.stationId === '') return err('names no station');
  const carrier = carrierOf(fact.fact);
  if (carrier === undefined || carrier.meterValues.length === 0) return ok(undefined);
  return ok({
    eventId: record.headers[HEADERS.eventId] ?? `${record.topic}/${record.partition}/${record.offset}`,
    siteId: siteId(plain(fact.siteId)),
    stationId: stationId(plain(fact.stationId)),
    evse: carrier.evse,
    transactionId: transactionId(plain(carrier.transactionId)),
    receivedAtMs: Number(fact.receivedAtMs),
    offline: carrier.offline,
    values: carrier.meterValues.map((value) => ({
      stationTimeMs: Number(value.stationTimeMs),
      sampled: value.sampledValues,
    })),
  });
}

function carrierOf(fact: stationV1.StationFact['fact']): Carrier | undefined {
  switch (fact?.$case) {
    case 'meterValuesReported':
      return { ...fact.value, offline: false };
    case 'transactionStarted':
    case 'transactionUpdated':
    case 'transactionEnded':
      return fact.value;
    case 'connected':
    case 'disconnected':
    case 'booted':
    case 'statusReported':
    case 'commandAnswered':
    case 'frameRefused':
    case 'chargingLimitNotified':
    case 'chargingLimitCleared':
    case 'chargingProfilesReported':
    case undefined:
      return undefined;
  }
}
