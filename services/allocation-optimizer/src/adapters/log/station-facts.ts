import { decodeRecord, stationV1, TOPICS } from '@headroom/contracts';
import { epochMs, ok, stationId, transactionId } from '@headroom/kernel';
import type { ChargingState, ConnectorStatus, StationFact } from '../../domain/facts.ts';
import type { Decoder } from '../../service.ts';

const STATUSES: ReadonlyMap<stationV1.ConnectorStatus, ConnectorStatus> = new Map([
  [stationV1.ConnectorStatus.AVAILABLE, 'available'],
  [stationV1.ConnectorStatus.OCCUPIED, 'occupied'],
  [stationV1.ConnectorStatus.PREPARING, 'preparing'],
  [stationV1.ConnectorStatus.CHARGING, 'charging'],
  [stationV1.ConnectorStatus.SUSPENDED_EV, 'suspended-ev'],
  [stationV1.ConnectorStatus.SUSPENDED_EVSE, 'suspended-evse'],
  [stationV1.ConnectorStatus.FINISHING, 'finishing'],
  [stationV1.ConnectorStatus.RESERVED, 'reserved'],
  [stationV1.ConnectorStatus.UNAVAILABLE, 'unavailable'],
  [stationV1.ConnectorStatus.FAULTED, 'faulted'],
] as const);

const CHARGING_STATES: ReadonlyMap<stationV1.ChargingState, ChargingState> = new Map([
  [stationV1.ChargingState.IDLE, 'idle'],
  [stationV1.ChargingState.EV_CONNECTED, 'ev-connected'],
  [stationV1.ChargingState.CHARGING, 'charging'],
  [stationV1.ChargingState.SUSPENDED_EV, 'suspended-ev'],
  [stationV1.ChargingState.SUSPENDED_EVSE, 'suspended-evse'],
] as const);

/** What a station said, as far as it concerns who wants current. Meter values reach us by way of metering.facts. */
export const stationFactOf: Decoder<StationFact> = (value) => {
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
      return { kind: 'station-booted', stationId: station, atMs };
    case 'statusReported': {
      const status = STATUSES.get(fact.value.status);
      if (status === undefined) return undefined;
      return { kind: 'status-reported', stationId: station, evse: fact.value.evse, status, atMs };
    }
    case 'transactionStarted':
    case 'transactionUpdated': {
      const state = CHARGING_STATES.get(fact.value.chargingState);
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
    case undefined:
      return undefined;
  }
}
