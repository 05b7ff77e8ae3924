import type { EpochMs, StationId } from '@headroom/kernel';
import {
  type MeterValue,
  parseTimestamp,
  type SampledValue,
  type StationTime,
  type TransactionMessage,
} from '@headroom/ocpp';
import type { FactBody } from './facts.ts';

/**
 * Content key of a transaction message, to be hashed (reliability 2.2): equal for a message sent again under whatever
 * message id (H2, H3, H67), different for another message. `seqNo` decides in 2.x, the station's own time in 1.6.
 */
export function transactionContentKey(
  stationId: StationId,
  message: TransactionMessage,
  idTokenHash: string,
  receivedAtMs: EpochMs,
): string {
  const parts = [stationId, message.kind, message.evse, message.transactionId ?? ''];
  switch (message.kind) {
    case 'transaction-started':
      return keyOf([...parts, message.stationTime.text, message.seqNo ?? '', message.meterStartWh ?? '', idTokenHash]);
    case 'transaction-updated':
      return keyOf([...parts, message.stationTime.text, message.seqNo ?? '', idTokenHash]);
    case 'transaction-ended':
      return keyOf([...parts, message.stationTime.text, message.seqNo ?? '', message.meterStopWh ?? '', idTokenHash]);
    case 'meter-values':
      return keyOf([...parts, ...message.meterValues.flatMap((value) => samplesOf(value, receivedAtMs))]);
  }
}

/**
 * Values that carry no time of their own (H40), or none that can be true (H28), are new each time: a frozen reading must not look like
 * a repeat.
 */
const samplesOf = ({ stationTime, sampledValues }: MeterValue, receivedAtMs: EpochMs): readonly string[] => [
  isOfReceipt(stationTime, receivedAtMs) ? `received ${receivedAtMs}` : stationTime.text,
  ...sampledValues.map(sampleKey),
];

/** Its time is that of receipt, and is not what the station said: then only that tells it from another. */
const isOfReceipt = ({ text, atMs }: StationTime, receivedAtMs: EpochMs): boolean =>
  atMs === receivedAtMs && parseTimestamp(text)?.atMs !== atMs;

/** All fields, in the order in which they stand in keys since ever: another order would make a new event of every repeat. */
const sampleKey = ({ value, measurand, phase, unit, multiplier, context, location }: SampledValue): string =>
  `${value} ${measurand} ${phase} ${unit} ${multiplier} ${context} ${location}`;

/** Content key of everything else. What has no time of its own is told apart by the time of receipt. */
export function factContentKey(
  stationId: StationId,
  generation: number,
  receivedAtMs: EpochMs,
  body: FactBody,
): string {
  switch (body.kind) {
    case 'connected':
    case 'disconnected':
      return keyOf([stationId, body.kind, generation]);
    case 'command-answered':
      return keyOf([stationId, body.kind, body.commandId, body.status]);
    case 'status-reported': {
      // Never by its own time: many say seconds, and within one a status may go and come back. One that is sent again does no harm.
      const { evse, connector, status } = body.status;
      return keyOf([stationId, body.kind, generation, evse, connector, status, receivedAtMs]);
    }
    case 'charging-limit-notified':
    case 'charging-limit-cleared': {
      const { evse, source } = body.notice;
      return keyOf([stationId, body.kind, generation, evse, source, receivedAtMs]);
    }
    case 'profiles-reported': {
      const { requestId, evse, source, profiles } = body.report;
      const which = profiles.map(({ profileId, stackLevel, purpose }) => `${profileId} ${stackLevel} ${purpose}`);
      return keyOf([stationId, body.kind, generation, requestId, evse, source, receivedAtMs, ...which]);
    }
    default:
      return keyOf([stationId, body.kind, generation, receivedAtMs, 'reason' in body ? body.reason : '']);
  }
}

const keyOf = (parts: readonly (string | number)[]): string => JSON.stringify(parts);
