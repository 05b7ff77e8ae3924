import type { ChargingState, ConnectorStatus, MeterValue, StationTime } from '../canonical.ts';
import { countAt, type JsonObject, objectAt, cappedAt, textAt, wordIn } from '../json.ts';
import { meterValuesAt, stationTimeAt } from '../meter-values.ts';
import { missing, type Reading, request } from '../to-canonical.ts';
import { clearedLimit, notifiedLimit } from './charging-limit.ts';
import { reportedProfiles } from './reported-profiles.ts';

const STATUSES: Readonly<Record<string, ConnectorStatus>> = {
  Available: 'available',
  Occupied: 'occupied',
  Reserved: 'reserved',
  Unavailable: 'unavailable',
  Faulted: 'faulted',
};

const CHARGING_STATES: Readonly<Record<string, ChargingState>> = {
  Idle: 'idle',
  EVConnected: 'ev-connected',
  Charging: 'charging',
  SuspendedEV: 'suspended-ev',
  SuspendedEVSE: 'suspended-evse',
};

/** Reads a request of OCPP 2.0.1. */
export function toCanonical(action: string, payload: JsonObject, receivedAtMs: number): Reading {
  switch (action) {
    case 'BootNotification': {
      const station = objectAt(payload, 'chargingStation') ?? {};
      return request({
        kind: 'boot',
        vendor: textAt(station, 'vendorName') ?? '',
        model: textAt(station, 'model') ?? '',
        firmwareVersion: textAt(station, 'firmwareVersion') ?? '',
        serialNumber: textAt(station, 'serialNumber') ?? '',
        onRequest: textAt(payload, 'reason') === 'Triggered',
      });
    }
    case 'Heartbeat':
      return request({ kind: 'heartbeat' });
    case 'StatusNotification':
      return statusOf(payload, receivedAtMs);
    case 'Authorize': {
      const idToken = idTokenAt(payload);
      return idToken === undefined ? missing('idToken') : request({ kind: 'authorize', idToken });
    }
    case 'TransactionEvent':
      return transactionEventOf(payload, receivedAtMs);
    case 'MeterValues':
      return meterValuesOf(payload, receivedAtMs);
    case 'NotifyChargingLimit':
      return notifiedLimit(payload, receivedAtMs);
    case 'ClearedChargingLimit':
      return clearedLimit(payload);
    case 'ReportChargingProfiles':
      return reportedProfiles(payload, receivedAtMs);
    case 'DataTransfer':
      return request({ kind: 'data-transfer', vendorId: textAt(payload, 'vendorId') ?? '' });
    default:
      return { kind: 'unsupported-action' };
  }
}

function idTokenAt(payload: JsonObject): string | undefined {
  const idToken = objectAt(payload, 'idToken');
  return idToken === undefined ? undefined : textAt(idToken, 'idToken');
}

function statusOf(payload: JsonObject, receivedAtMs: number): Reading {
  const evse = cappedAt(payload, 'evseId');
  if (evse === undefined || evse < 0) return missing('evseId');
  const status = wordIn(STATUSES, textAt(payload, 'connectorStatus'));
  if (status === undefined) return missing('connectorStatus');
  return request({
    kind: 'status',
    evse,
    connector: Math.max(0, cappedAt(payload, 'connectorId') ?? 0),
    status,
    errorCode: '',
    ...(textAt(payload, 'timestamp') === undefined
      ? {}
      : { stationTime: stationTimeAt(payload, 'timestamp', receivedAtMs) }),
  });
}

interface EventFields {
  readonly transactionId: string;
  readonly evse: number;
  readonly stationTime: StationTime;
  readonly offline: boolean;
  readonly meterValues: readonly MeterValue[];
  readonly idToken?: string;
  readonly seqNo?: number;
}

function transactionEventOf(payload: JsonObject, receivedAtMs: number): Reading {
  const info = objectAt(payload, 'transactionInfo') ?? {};
  const transactionId = textAt(info, 'transactionId');
  if (transactionId === undefined || transactionId === '') return missing('transactionInfo.transactionId');
  const evse = objectAt(payload, 'evse') ?? {};
  const idToken = idTokenAt(payload);
  const seqNo = countAt(payload, 'seqNo');
  const fields: EventFields = {
    transactionId,
    evse: Math.max(0, cappedAt(evse, 'id') ?? 0),
    stationTime: stationTimeAt(payload, 'timestamp', receivedAtMs),
    offline: payload['offline'] === true,
    meterValues: meterValuesAt(payload, 'meterValue', receivedAtMs),
    ...(idToken === undefined ? {} : { idToken }),
    ...(seqNo === undefined ? {} : { seqNo }),
  };
  const chargingState = wordIn(CHARGING_STATES, textAt(info, 'chargingState')) ?? 'unknown';
  switch (textAt(payload, 'eventType')) {
    case 'Started': {
      const connector = Math.max(0, cappedAt(evse, 'connectorId') ?? 0);
      return request({ kind: 'transaction-started', ...fields, connector, chargingState });
    }
    case 'Updated':
      return request({ kind: 'transaction-updated', ...fields, chargingState });
    case 'Ended':
      // OCPP 2.0.1 TransactionType.stoppedReason: may only be left out when it is Local.
      return request({ kind: 'transaction-ended', ...fields, reason: textAt(info, 'stoppedReason') ?? 'Local' });
    default:
      return missing('eventType');
  }
}

function meterValuesOf(payload: JsonObject, receivedAtMs: number): Reading {
  const evse = cappedAt(payload, 'evseId');
  if (evse === undefined || evse < 0) return missing('evseId');
  return request({ kind: 'meter-values', evse, meterValues: meterValuesAt(payload, 'meterValue', receivedAtMs) });
}
