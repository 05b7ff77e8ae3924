import { instantText, isObject, type Json, listAt, numberAt, objectAt, optional, textAt } from '../../json.ts';
import { type CommandHandler, type Reply, result, type StationActions, type Trigger } from '../dialect.ts';
import type { SettingName } from '../settings.ts';
import { PURPOSES, readProfile } from './profiles.ts';
import { SETTING_KEYS } from './settings.ts';

export const formationError = 'FormatViolation';
const malformed = (what: string): Reply => ({ kind: 'error', code: formationError, description: what });

const TRIGGERS: Readonly<Record<string, Trigger>> = {
  BootNotification: 'boot',
  Heartbeat: 'heartbeat',
  StatusNotification: 'status',
  MeterValues: 'meter',
  TransactionEvent: 'transaction',
};

function setChargingProfile(payload: Json, actions: StationActions): Reply {
  const evse = numberAt(payload, 'evseId');
  const sent = objectAt(payload, 'chargingProfile');
  const read = sent === undefined ? undefined : readProfile(sent);
  if (evse === undefined || read === undefined) return malformed('evseId or chargingProfile is not as 2.9 says');
  const { accepted, reason } = actions.setProfile({ evse, raw: payload, ...read });
  if (accepted) return result({ status: 'Accepted' });
  return result({
    status: 'Rejected',
    statusInfo: { reasonCode: 'InvalidProfile', additionalInfo: reason ?? 'refused' },
  });
}

function clearChargingProfile(payload: Json, actions: StationActions): Reply {
  const criteria = objectAt(payload, 'chargingProfileCriteria') ?? {};
  const named = textAt(criteria, 'chargingProfilePurpose');
  const purpose = named === undefined ? undefined : PURPOSES.get(named);
  // A purpose this station does not keep matches nothing; it must not read as "every purpose".
  if (named !== undefined && purpose === undefined) return result({ status: 'Unknown' });
  const cleared = actions.clearProfiles({
    ...optional('id', numberAt(payload, 'chargingProfileId')),
    ...optional('evse', numberAt(criteria, 'evseId')),
    ...optional('purpose', purpose),
    ...optional('stackLevel', numberAt(criteria, 'stackLevel')),
  });
  return result({ status: cleared > 0 ? 'Accepted' : 'Unknown' });
}

function getCompositeSchedule(payload: Json, actions: StationActions): Reply {
  const evse = numberAt(payload, 'evseId');
  const durationS = numberAt(payload, 'duration');
  if (evse === undefined || durationS === undefined) return malformed('evseId and duration are needed');
  const schedule = actions.composite({ evse, durationS });
  if (schedule === undefined) return result({ status: 'Rejected' });
  const unit = textAt(payload, 'chargingRateUnit') === 'W' ? 'W' : 'A';
  const factor = unit === 'W' ? actions.wattsPerAmp() : 1;
  return result({
    status: 'Accepted',
    schedule: {
      evseId: evse,
      duration: schedule.durationS,
      scheduleStart: instantText(schedule.startMs),
      chargingRateUnit: unit,
      chargingSchedulePeriod: schedule.periods.map((period) => ({
        startPeriod: period.startS,
        // Rounded down: the station never claims to allow more than it obeys.
        limit: Math.floor(period.limit * factor * 10 + 1e-6) / 10,
      })),
    },
  });
}

function getChargingProfiles(payload: Json, actions: StationActions): Reply {
  const requestId = numberAt(payload, 'requestId');
  if (requestId === undefined) return malformed('requestId is needed');
  return result({ status: actions.reportProfiles(requestId) ? 'Accepted' : 'NoProfiles' });
}

interface Addressed {
  readonly address: Json;
  readonly name: SettingName | undefined;
  readonly knownComponent: boolean;
  readonly item: Json;
}

/** Component and variable of one entry, echoed in its result (B05.FR.05). */
function addressed(item: unknown): Addressed | undefined {
  const component = isObject(item) ? objectAt(item, 'component') : undefined;
  const variable = isObject(item) ? objectAt(item, 'variable') : undefined;
  const componentName = component === undefined ? undefined : textAt(component, 'name');
  const variableName = variable === undefined ? undefined : textAt(variable, 'name');
  if (!isObject(item) || componentName === undefined || variableName === undefined) return undefined;
  return {
    address: { component, variable },
    name: SETTING_KEYS.get(`${componentName}.${variableName}`),
    knownComponent: [...SETTING_KEYS.keys()].some((key) => key.startsWith(`${componentName}.`)),
    item,
  };
}

const unknownStatus = (entry: Addressed): string => (entry.knownComponent ? 'UnknownVariable' : 'UnknownComponent');
const isActual = (item: Json): boolean => (textAt(item, 'attributeType') ?? 'Actual') === 'Actual';

function setVariables(payload: Json, actions: StationActions): Reply {
  const entries = listAt(payload, 'setVariableData')?.map(addressed) ?? [];
  if (entries.length === 0 || entries.includes(undefined)) return malformed('setVariableData is not as 2.44 says');
  const statusOf = (entry: Addressed): string => {
    if (entry.name === undefined) return unknownStatus(entry);
    if (!isActual(entry.item)) return 'NotSupportedAttributeType';
    return actions.setSetting(entry.name, textAt(entry.item, 'attributeValue') ?? '') === 'accepted'
      ? 'Accepted'
      : 'Rejected';
  };
  const done = entries.flatMap((entry) =>
    entry === undefined ? [] : [{ attributeStatus: statusOf(entry), ...entry.address }],
  );
  return result({ setVariableResult: done });
}

function getVariables(payload: Json, actions: StationActions): Reply {
  const entries = listAt(payload, 'getVariableData')?.map(addressed) ?? [];
  if (entries.length === 0 || entries.includes(undefined)) return malformed('getVariableData is not as 2.22 says');
  const read = (entry: Addressed): Json => {
    if (entry.name === undefined) return { attributeStatus: unknownStatus(entry) };
    if (!isActual(entry.item)) return { attributeStatus: 'NotSupportedAttributeType' };
    const { value } = actions.getSetting(entry.name);
    return value === undefined
      ? { attributeStatus: 'Rejected' }
      : { attributeStatus: 'Accepted', attributeValue: value };
  };
  const done = entries.flatMap((entry) => (entry === undefined ? [] : [{ ...read(entry), ...entry.address }]));
  return result({ getVariableResult: done });
}

function triggerMessage(payload: Json, actions: StationActions): Reply {
  const trigger = TRIGGERS[textAt(payload, 'requestedMessage') ?? ''];
  if (trigger === undefined) return result({ status: 'NotImplemented' });
  const evse = numberAt(objectAt(payload, 'evse') ?? {}, 'id');
  return result({ status: actions.trigger(trigger, evse) ? 'Accepted' : 'Rejected' });
}

function reset(payload: Json, actions: StationActions): Reply {
  const type = textAt(payload, 'type');
  if (type !== 'Immediate' && type !== 'OnIdle') return malformed('type is Immediate or OnIdle');
  const when = actions.reset(type === 'OnIdle' ? 'when-idle' : 'now');
  return result({ status: when === 'scheduled' ? 'Scheduled' : 'Accepted' });
}

function requestStartTransaction(payload: Json, actions: StationActions): Reply {
  const idToken = textAt(objectAt(payload, 'idToken') ?? {}, 'idToken');
  const remoteStartId = numberAt(payload, 'remoteStartId');
  if (idToken === undefined || remoteStartId === undefined) return malformed('idToken and remoteStartId are needed');
  const sent = objectAt(payload, 'chargingProfile');
  const read = sent === undefined ? undefined : readProfile(sent);
  if (sent !== undefined && read === undefined) return malformed('chargingProfile is not as 2.9 says');
  const { accepted, transactionId } = actions.remoteStart({
    idToken,
    remoteStartId,
    raw: payload,
    ...optional('evse', numberAt(payload, 'evseId')),
    ...optional('profile', read?.profile),
  });
  return result({ status: accepted ? 'Accepted' : 'Rejected', ...optional('transactionId', transactionId) });
}

function requestStopTransaction(payload: Json, actions: StationActions): Reply {
  const id = textAt(payload, 'transactionId');
  if (id === undefined) return malformed('transactionId is needed');
  return result({ status: actions.remoteStop(id) ? 'Accepted' : 'Rejected' });
}

/** Every request of the CSMS that the station acts on. */
export const commands: ReadonlyMap<string, CommandHandler> = new Map<string, CommandHandler>([
  ['SetChargingProfile', setChargingProfile],
  ['ClearChargingProfile', clearChargingProfile],
  ['GetCompositeSchedule', getCompositeSchedule],
  ['GetChargingProfiles', getChargingProfiles],
  ['SetVariables', setVariables],
  ['GetVariables', getVariables],
  ['TriggerMessage', triggerMessage],
  ['Reset', reset],
  ['RequestStartTransaction', requestStartTransaction],
  ['RequestStopTransaction', requestStopTransaction],
]);

/** The commoner part of the rest of what 2.0.1 lets a CSMS send. */
export const knownActions: ReadonlySet<string> = new Set([
  'CancelReservation',
  'ChangeAvailability',
  'ClearCache',
  'CostUpdated',
  'DataTransfer',
  'GetBaseReport',
  'GetLocalListVersion',
  'GetLog',
  'GetReport',
  'GetTransactionStatus',
  'ReserveNow',
  'SendLocalList',
  'SetDisplayMessage',
  'SetMonitoringBase',
  'SetNetworkProfile',
  'UnlockConnector',
  'UpdateFirmware',
]);
