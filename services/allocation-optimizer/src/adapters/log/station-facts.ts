import { decodeRecord, HEADERS, type stationV1, TOPICS } from '@headroom/contracts';
import { epochMs, ok, stationId, transactionId } from '@headroom/kernel';
import { limitFromWire } from '@headroom/site-wire';
import type { StationFact } from '../../domain/facts.ts';
import type { Decoder } from '../../service.ts';
import { CHARGING_STATES, STATUSES } from './wire-enums.ts';

type Case = NonNullable<stationV1.StationFact['fact']>['$case'];

/** Of these nothing concerns who wants current: they are not even decoded. */
const NOT_OURS: readonly Case[] = [
  'transactionEnded',
  'meterValuesReported',
  'commandAnswered',
  'frameRefused',
  'chargingProfilesReported',
];
const SKIPPED: ReadonlySet<string | undefined> = new Set(NOT_OURS);

/** What a station said, as far as it concerns who wants current. Meter values reach us by way of metering.facts. */
export const stationFactOf: Decoder<StationFact> = (value, headers) => {
  if (SKIPPED.has(headers[HEADERS.eventType])) return ok(undefined);
  const decoded = decodeRecord(TOPICS.stationFacts, value);
  if (decoded.kind === 'err') return decoded;
  const content = contentOf(decoded.value);
  return ok(
    content === undefined || decoded.value.siteId === '' ? undefined : { siteId: decoded.value.siteId, content },
  );
};

function contentOf(message: stationV1.StationFact): StationFact | undefined {
  const station = stationId(message.stationId);
  const generation = message.connectionGeneration;
  const atMs = epochMs(Number(message.receivedAtMs));
  const { fact } = message;
  switch (fact?.$case) {
    case 'connected':
      return { kind: 'station-connected', stationId: station, generation, atMs };
    case 'disconnected':
      return { kind: 'station-disconnected', stationId: station, generation, atMs };
    case 'booted':
      // One that was only asked who it is did not restart.
      if (fact.value.onRequest) return undefined;
      return { kind: 'station-booted', stationId: station, atMs };
    case 'chargingLimitNotified':
      // What is made on the site adds to what others allow: it limits nothing.
      if (fact.value.localGeneration) return undefined;
      return { kind: 'station-limited', stationId: station, limit: limitFromWire(fact.value), atMs };
    case 'chargingLimitCleared': {
      const { evse, source } = fact.value;
      return { kind: 'station-limit-cleared', stationId: station, limit: { evse, source }, atMs };
    }
    case 'statusReported': {
      const status = STATUSES.ours(fact.value.status);
      if (status === undefined) return undefined;
      return { kind: 'status-reported', stationId: station, evse: fact.value.evse, status, atMs };
    }
    case 'transactionStarted':
    case 'transactionUpdated': {
      const state = CHARGING_STATES.ours(fact.value.chargingState);
      if (state === undefined) return undefined;
      return {
        kind: 'charging-state-reported',
        stationId: station,
        evse: fact.value.evse,
        transactionId: transactionId(fact.value.transactionId),
        state,
        atMs,
      };
    }
    case 'transactionEnded':
    case 'meterValuesReported':
    case 'commandAnswered':
    case 'frameRefused':
    case 'chargingProfilesReported':
    case undefined:
      return undefined;
  }
}
