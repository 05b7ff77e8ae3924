import type { ConnectorStatus } from '../canonical.ts';
import { type JsonObject, cappedAt, roundedAt, textAt, wholeAt, wordIn } from '../json.ts';
import { meterValuesAt, stationTimeAt } from '../meter-values.ts';
import { missing, type Reading, request } from '../to-canonical.ts';

const STATUSES: Readonly<Record<string, ConnectorStatus>> = {
  Available: 'available',
  Preparing: 'preparing',
  Charging: 'charging',
  SuspendedEV: 'suspended-ev',
  SuspendedEVSE: 'suspended-evse',
  Finishing: 'finishing',
  Reserved: 'reserved',
  Unavailable: 'unavailable',
  Faulted: 'faulted',
};

/** Reads a request of OCPP 1.6. A connector is an EVSE to us, with one connector of its own (ARCHITECTURE section 4). */
export function toCanonical(action: string, payload: JsonObject, receivedAtMs: number): Reading {
  switch (action) {
    case 'BootNotification':
      return request({
        kind: 'boot',
        vendor: textAt(payload, 'chargePointVendor') ?? '',
        model: textAt(payload, 'chargePointModel') ?? '',
        firmwareVersion: textAt(payload, 'firmwareVersion') ?? '',
        serialNumber: textAt(payload, 'chargePointSerialNumber') ?? textAt(payload, 'chargeBoxSerialNumber') ?? '',
        onRequest: false,
      });
    case 'Heartbeat':
      return request({ kind: 'heartbeat' });
    case 'StatusNotification':
      return statusOf(payload, receivedAtMs);
    case 'Authorize': {
      const idToken = textAt(payload, 'idTag');
      return idToken === undefined ? missing('idTag') : request({ kind: 'authorize', idToken });
    }
    case 'StartTransaction':
      return startOf(payload, receivedAtMs);
    case 'StopTransaction':
      return stopOf(payload, receivedAtMs);
    case 'MeterValues':
      return meterValuesOf(payload, receivedAtMs);
    case 'DataTransfer':
      return request({ kind: 'data-transfer', vendorId: textAt(payload, 'vendorId') ?? '' });
    default:
      return { kind: 'unsupported-action' };
  }
}

function statusOf(payload: JsonObject, receivedAtMs: number): Reading {
  const connector = cappedAt(payload, 'connectorId');
  if (connector === undefined || connector < 0) return missing('connectorId');
  const status = wordIn(STATUSES, textAt(payload, 'status'));
  if (status === undefined) return missing('status');
  return request({
    kind: 'status',
    evse: connector,
    connector: connector === 0 ? 0 : 1,
    status,
    errorCode: textAt(payload, 'errorCode') ?? '',
    ...(textAt(payload, 'timestamp') === undefined
      ? {}
      : { stationTime: stationTimeAt(payload, 'timestamp', receivedAtMs) }),
  });
}

function startOf(payload: JsonObject, receivedAtMs: number): Reading {
  const connector = cappedAt(payload, 'connectorId');
  if (connector === undefined || connector < 1) return missing('connectorId');
  const idToken = textAt(payload, 'idTag');
  const meterStartWh = roundedAt(payload, 'meterStart');
  return request({
    kind: 'transaction-started',
    evse: connector,
    connector: 1,
    ...(idToken === undefined ? {} : { idToken }),
    ...(meterStartWh === undefined ? {} : { meterStartWh }),
    stationTime: stationTimeAt(payload, 'timestamp', receivedAtMs),
    // 1.6 says it in StatusNotification.
    chargingState: 'unknown',
    offline: false,
    meterValues: [],
  });
}

function stopOf(payload: JsonObject, receivedAtMs: number): Reading {
  // -1 is what stations send that started offline (H1): kept, and joined later by time order.
  const transactionId = wholeAt(payload, 'transactionId');
  if (transactionId === undefined) return missing('transactionId');
  const idToken = textAt(payload, 'idTag');
  const meterStopWh = roundedAt(payload, 'meterStop');
  return request({
    kind: 'transaction-ended',
    evse: 0,
    transactionId: String(transactionId),
    ...(idToken === undefined ? {} : { idToken }),
    ...(meterStopWh === undefined ? {} : { meterStopWh }),
    // OCPP 1.6 6.49: an absent reason means Local.
    reason: textAt(payload, 'reason') ?? 'Local',
    stationTime: stationTimeAt(payload, 'timestamp', receivedAtMs),
    offline: false,
    meterValues: meterValuesAt(payload, 'transactionData', receivedAtMs),
  });
}

function meterValuesOf(payload: JsonObject, receivedAtMs: number): Reading {
  const connector = cappedAt(payload, 'connectorId');
  if (connector === undefined || connector < 0) return missing('connectorId');
  const transactionId = wholeAt(payload, 'transactionId');
  return request({
    kind: 'meter-values',
    evse: connector,
    ...(transactionId === undefined ? {} : { transactionId: String(transactionId) }),
    meterValues: meterValuesAt(payload, 'meterValue', receivedAtMs),
  });
}
