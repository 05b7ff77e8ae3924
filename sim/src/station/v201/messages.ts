import { instantAt, instantText, type Json, numberAt, objectAt, optional, textAt } from '../../json.ts';
import type { BayStatus, BootAnswer, Dialect, StopReason, TransactionMessage, UpdateCause } from '../dialect.ts';
import { meterValue } from './values.ts';

const STATUS_NAMES: Readonly<Record<BayStatus, string>> = {
  available: 'Available',
  preparing: 'Occupied',
  charging: 'Occupied',
  'suspended-ev': 'Occupied',
  'suspended-evse': 'Occupied',
  finishing: 'Occupied',
  faulted: 'Faulted',
};
const CHARGING_STATES: Readonly<Record<BayStatus, string>> = {
  available: 'Idle',
  preparing: 'EVConnected',
  charging: 'Charging',
  'suspended-ev': 'SuspendedEV',
  'suspended-evse': 'SuspendedEVSE',
  finishing: 'EVConnected',
  faulted: 'Idle',
};
const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  'ev-disconnected': 'EVDisconnected',
  local: 'Local',
  remote: 'Remote',
  deauthorized: 'DeAuthorized',
  reset: 'ImmediateReset',
};
const STOP_TRIGGERS: Readonly<Record<StopReason, string>> = {
  'ev-disconnected': 'EVCommunicationLost', // E09.FR.05
  local: 'StopAuthorized',
  remote: 'RemoteStop',
  deauthorized: 'Deauthorized',
  reset: 'ResetCommand',
};
const UPDATE_TRIGGERS: Readonly<Record<UpdateCause, string>> = {
  periodic: 'MeterValuePeriodic',
  'rate-changed': 'ChargingRateChanged',
  'state-changed': 'ChargingStateChanged',
  trigger: 'Trigger',
};
const BOOT_STATUS: Readonly<Record<string, BootAnswer['status']>> = {
  Accepted: 'accepted',
  Pending: 'pending',
  Rejected: 'rejected',
};

const idToken = (text: string): Json => ({ idToken: text, type: 'ISO14443' });
const EVENT_TYPES = { started: 'Started', updated: 'Updated', ended: 'Ended' } as const;

function triggerOf(message: TransactionMessage): string {
  if (message.kind === 'started') return message.tx.remoteStartId === undefined ? 'Authorized' : 'RemoteStart';
  return message.kind === 'updated' ? UPDATE_TRIGGERS[message.cause] : STOP_TRIGGERS[message.reason];
}

/** OCPP 2.0.1 part 2: what the station says, and how it reads the answers. */
export const messages: Omit<Dialect, 'commands' | 'knownActions' | 'formationError'> = {
  version: '2.0.1',
  subprotocol: 'ocpp2.0.1',
  boot: (identity, triggered = false) => ({
    action: 'BootNotification',
    payload: {
      reason: triggered ? 'Triggered' : 'PowerUp',
      chargingStation: {
        vendorName: identity.vendor,
        model: identity.model,
        serialNumber: identity.serialNumber,
        firmwareVersion: identity.firmware,
      },
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
      timestamp: instantText(note.atMs),
      connectorStatus: STATUS_NAMES[note.status],
      evseId: note.evse,
      connectorId: 1,
    },
  }),
  authorize: (token) => ({ action: 'Authorize', payload: { idToken: idToken(token) } }),
  readAuthorize(payload) {
    const info = objectAt(payload, 'idTokenInfo');
    return info !== undefined && textAt(info, 'status') === 'Accepted';
  },
  newTransactionId: (fresh) => fresh,
  transaction(message, measurands) {
    const { tx, sample } = message;
    const sayWho = message.kind === 'started' || (message.kind === 'ended' && message.reason === 'local');
    return {
      action: 'TransactionEvent',
      payload: {
        eventType: EVENT_TYPES[message.kind],
        timestamp: instantText(sample.atMs),
        triggerReason: triggerOf(message),
        seqNo: message.seqNo,
        offline: message.offline,
        transactionInfo: {
          transactionId: tx.id ?? tx.key,
          chargingState: CHARGING_STATES[message.status],
          ...(message.kind === 'ended' ? { stoppedReason: STOP_REASONS[message.reason] } : {}),
          ...optional('remoteStartId', tx.remoteStartId),
        },
        evse: { id: tx.evse, connectorId: 1 },
        ...(sayWho ? { idToken: idToken(tx.idToken) } : {}),
        meterValue: [meterValue(sample, measurands)],
      },
    };
  },
  readTransaction(_message, payload) {
    const info = objectAt(payload, 'idTokenInfo');
    return { refused: info !== undefined && textAt(info, 'status') !== 'Accepted' };
  },
  meterValues: (note) => ({
    action: 'MeterValues',
    payload: { evseId: note.evse, meterValue: [meterValue(note.sample, note.measurands)] },
  }),
};
