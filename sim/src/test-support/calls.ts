import type { Json } from '../json.ts';
import type { OcppVersion } from '../station/dialect.ts';

const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 9.7 }] };
const profile = { stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative' };
export const variable = (component: string, name: string, rest: Json = {}): Json => ({
  component: { name: component },
  variable: { name },
  ...rest,
});

/** Requests, and the part of the answer that matters (its schema is checked as well). */
export const CALLS: Readonly<
  Record<Exclude<OcppVersion, '2.1'>, readonly (readonly [action: string, request: Json, answer: unknown])[]>
> = {
  '1.6': [
    [
      'SetChargingProfile',
      { connectorId: 1, csChargingProfiles: { chargingProfileId: 1, ...profile, chargingSchedule: schedule } },
      { status: 'Accepted' },
    ],
    [
      'SetChargingProfile',
      { connectorId: 9, csChargingProfiles: { chargingProfileId: 2, ...profile, chargingSchedule: schedule } },
      { status: 'Rejected' },
    ],
    [
      'GetCompositeSchedule',
      { connectorId: 1, duration: 60 },
      {
        status: 'Accepted',
        chargingSchedule: {
          duration: 60,
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 9.7 }],
        },
      },
    ],
    [
      'GetCompositeSchedule',
      { connectorId: 1, duration: 60, chargingRateUnit: 'W' },
      { chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6_693 }] } },
    ],
    ['GetCompositeSchedule', { connectorId: 4, duration: 60 }, { status: 'Rejected' }],
    ['ClearChargingProfile', { chargingProfilePurpose: 'TxProfile' }, { status: 'Unknown' }],
    ['ClearChargingProfile', { id: 1 }, { status: 'Accepted' }],
    ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '5' }, { status: 'Accepted' }],
    ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: 'soon' }, { status: 'Rejected' }],
    ['ChangeConfiguration', { key: 'NumberOfConnectors', value: '4' }, { status: 'Rejected' }],
    ['ChangeConfiguration', { key: 'Nonsense', value: '5' }, { status: 'NotSupported' }],
    [
      'GetConfiguration',
      { key: ['MeterValueSampleInterval', 'AuthorizationKey', 'Nonsense'] },
      {
        configurationKey: [
          { key: 'MeterValueSampleInterval', readonly: false, value: '5' },
          { key: 'AuthorizationKey', readonly: false },
        ],
        unknownKey: ['Nonsense'],
      },
    ],
    ['GetConfiguration', {}, { unknownKey: [] }],
    ['TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'BootNotification' }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'Heartbeat' }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 7 }, { status: 'Rejected' }],
    ['TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' }, { status: 'NotImplemented' }],
    ['RemoteStartTransaction', { idTag: 'CARD-2' }, { status: 'Rejected' }],
    ['RemoteStopTransaction', { transactionId: 1 }, { status: 'Rejected' }],
  ],
  '2.0.1': [
    [
      'SetChargingProfile',
      { evseId: 1, chargingProfile: { id: 1, ...profile, chargingSchedule: [{ id: 1, ...schedule }] } },
      { status: 'Accepted' },
    ],
    [
      'SetChargingProfile',
      { evseId: 9, chargingProfile: { id: 2, ...profile, chargingSchedule: [{ id: 1, ...schedule }] } },
      { status: 'Rejected', statusInfo: { reasonCode: 'InvalidProfile', additionalInfo: 'unknown-evse' } },
    ],
    [
      'GetCompositeSchedule',
      { evseId: 1, duration: 60 },
      {
        status: 'Accepted',
        schedule: {
          evseId: 1,
          duration: 60,
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 9.7 }],
        },
      },
    ],
    ['GetCompositeSchedule', { evseId: 4, duration: 60 }, { status: 'Rejected' }],
    [
      'ClearChargingProfile',
      { chargingProfileCriteria: { chargingProfilePurpose: 'ChargingStationExternalConstraints' } },
      { status: 'Unknown' },
    ],
    ['ClearChargingProfile', { chargingProfileId: 1 }, { status: 'Accepted' }],
    [
      'SetVariables',
      {
        setVariableData: [
          variable('SampledDataCtrlr', 'TxUpdatedInterval', { attributeValue: '5' }),
          variable('SampledDataCtrlr', 'Nonsense', { attributeValue: '5' }),
          variable('Nonsense', 'X', { attributeValue: '5' }),
          variable('SmartChargingCtrlr', 'Enabled', { attributeValue: 'false' }),
        ],
      },
      {
        setVariableResult: [
          { attributeStatus: 'Accepted' },
          { attributeStatus: 'UnknownVariable' },
          { attributeStatus: 'UnknownComponent' },
          { attributeStatus: 'Rejected' },
        ],
      },
    ],
    [
      'GetVariables',
      {
        getVariableData: [
          variable('SampledDataCtrlr', 'TxUpdatedInterval'),
          variable('SecurityCtrlr', 'BasicAuthPassword'),
          variable('SampledDataCtrlr', 'TxUpdatedInterval', { attributeType: 'Target' }),
        ],
      },
      {
        getVariableResult: [
          { attributeStatus: 'Accepted', attributeValue: '5' },
          { attributeStatus: 'Rejected' },
          { attributeStatus: 'NotSupportedAttributeType' },
        ],
      },
    ],
    ['TriggerMessage', { requestedMessage: 'TransactionEvent' }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'MeterValues', evse: { id: 1 } }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'LogStatusNotification' }, { status: 'NotImplemented' }],
    [
      'RequestStartTransaction',
      { idToken: { idToken: 'CARD-2', type: 'Central' }, remoteStartId: 5 },
      { status: 'Rejected' },
    ],
    ['RequestStopTransaction', { transactionId: 'none' }, { status: 'Rejected' }],
  ],
};
