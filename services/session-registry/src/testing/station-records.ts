import { encodeRecord, type stationV1, TOPICS } from '@headroom/contracts';

let counter = 0;
/** A station fact of site depot as its record. `eventId`: a fresh one unless given. */
export function stationRecord(
  station: string,
  fact: stationV1.StationFact['fact'],
  receivedAtMs: number,
  eventId?: string,
) {
  counter += 1;
  const message: stationV1.StationFact = {
    stationId: station,
    siteId: 'depot',
    connectionGeneration: 1n,
    receivedAtMs: BigInt(receivedAtMs),
    rawFrame: new Uint8Array(),
    fact,
  };
  return encodeRecord(TOPICS.stationFacts, 'depot', message, {
    eventId: eventId ?? `event-${counter}`,
    eventType: fact?.$case ?? '',
    occurredAtMs: receivedAtMs,
    producer: 'ocpp-gateway',
  });
}
export const status = (value: stationV1.ConnectorStatus): stationV1.StationFact['fact'] => ({
  $case: 'statusReported',
  value: { evse: 1, connector: 1, status: value, errorCode: 'NoError' },
});
export const started = (id: string, atMs: number): stationV1.StationFact['fact'] => ({
  $case: 'transactionStarted',
  value: {
    evse: 1,
    connector: 1,
    transactionId: id,
    idTokenHash: 'aa',
    authorized: true,
    meterStartWh: 1_000n,
    stationTimeMs: BigInt(atMs),
    chargingState: 0,
    offline: false,
    meterValues: [],
  },
});
export const ended = (id: string, atMs: number, stop: bigint): stationV1.StationFact['fact'] => ({
  $case: 'transactionEnded',
  value: {
    evse: 0,
    transactionId: id,
    meterStopWh: stop,
    reason: 'Local',
    stationTimeMs: BigInt(atMs),
    offline: false,
    meterValues: [],
  },
});
