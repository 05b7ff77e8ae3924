import { instantAt, instantText, numberAt, objectAt, optional, textAt } from '../../json.ts';
import type { BayStatus, BootAnswer, Dialect, StopReason, TransactionMessage } from '../dialect.ts';
import { meterValue } from './values.ts';

const STATUS_NAMES: Readonly<Record<BayStatus, string>> = {
  available: 'Available',
  preparing: 'Preparing',
  charging: 'Charging',
  'suspended-ev': 'SuspendedEV',
  'suspended-evse': 'SuspendedEVSE',
  finishing: 'Finishing',
  faulted: 'Faulted',
};
const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  'ev-disconnected': 'EVDisconnected',
  local: 'Local',
  remote: 'Remote',
  deauthorized: 'DeAuthorized',
  reset: 'SoftReset',
};
/** What a Stop says whose Start was never answered (H1: stations do so). */
const UNKNOWN_TRANSACTION = -1;
const BOOT_STATUS: Readonly<Record<string, BootAnswer['status']>> = {
  Accepted: 'accepted',
  Pending: 'pending',
  Rejected: 'rejected',
};

const accepted = (info: ReturnType<typeof objectAt>): boolean =>
  info === undefined || textAt(info, 'status') === 'Accepted';
const numericId = (message: TransactionMessage): number | undefined =>
  message.tx.id === undefined ? undefined : Number(message.tx.id);

/** OCPP 1.6-J, chapters 4 and 6: what the station says, and how it reads the answers. */
export const messages: Omit<Dialect, 'commands' | 'knownActions' | 'formationError'> = {
  version: '1.6',
  subprotocol: 'ocpp1.6',
  boot: (identity) => ({
    action: 'BootNotification',
    payload: {
      chargePointVendor: identity.vendor,
      chargePointModel: identity.model,
      chargePointSerialNumber: identity.serialNumber,
      firmwareVersion: identity.firmware,
    },
  }),
  readBoot(payload) {
    const status = BOOT_STATUS[textAt(payload, 'status') ?? ''];
    const currentTimeMs = instantAt(payload, 'currentTime');
    const intervalS = numberAt(payload, 'interval');
    if (status === undefined || currentTimeMs === undefined || intervalS === undefined) return undefined;
    return { status, currentTimeMs, intervalS };
  },
  heartbeat: () => ({ action: 'Heartbeat', payload: {} }),
  statusName: (status) => STATUS_NAMES[status],
  status: (note) => ({
    action: 'StatusNotification',
    payload: {
      connectorId: note.evse,
      errorCode: note.status === 'faulted' ? 'InternalError' : 'NoError',
      status: STATUS_NAMES[note.status],
      timestamp: instantText(note.atMs),
    },
  }),
  authorize: (idToken) => ({ action: 'Authorize', payload: { idTag: idToken } }),
  readAuthorize(payload) {
    const info = objectAt(payload, 'idTagInfo');
    return info !== undefined && accepted(info);
  },
  newTransactionId: () => undefined,
  transaction(message, measurands) {
    const { tx, sample } = message;
    const timestamp = instantText(sample.atMs);
    if (message.kind === 'started') {
      const meterStart = Math.round(sample.registerWh);
      const payload = { connectorId: tx.evse, idTag: tx.idToken, meterStart, timestamp };
      return { action: 'StartTransaction', payload };
    }
    if (message.kind === 'ended') {
      return {
        action: 'StopTransaction',
        payload: {
          transactionId: numericId(message) ?? UNKNOWN_TRANSACTION,
          idTag: tx.idToken,
          meterStop: Math.round(sample.registerWh),
          timestamp,
          reason: STOP_REASONS[message.reason],
          transactionData: [meterValue(sample, measurands)],
        },
      };
    }
    // 1.6 tells a change of state by StatusNotification alone.
    if (message.cause === 'state-changed') return undefined;
    return {
      action: 'MeterValues',
      payload: {
        connectorId: tx.evse,
        ...optional('transactionId', numericId(message)),
        meterValue: [meterValue(sample, measurands)],
      },
    };
  },
  readTransaction(message, payload) {
    const refused = !accepted(objectAt(payload, 'idTagInfo'));
    const id = message.kind === 'started' ? numberAt(payload, 'transactionId') : undefined;
    return { ...optional('transactionId', id === undefined ? undefined : String(id)), refused };
  },
  meterValues: (note) => ({
    action: 'MeterValues',
    payload: { connectorId: note.evse, meterValue: [meterValue(note.sample, note.measurands)] },
  }),
};
