import { instantText, type Json, listAt, numberAt, objectAt, optional, textAt } from '../../json.ts';
import { type CommandHandler, type Reply, result, type StationActions, type Trigger } from '../dialect.ts';
import type { SettingName } from '../settings.ts';
import { PURPOSES, readProfile } from './profiles.ts';
import { SETTING_KEYS } from './settings.ts';

/** 1.6-J 4.2.3 spells it so. */
export const formationError = 'FormationViolation';
const malformed = (what: string): Reply => ({ kind: 'error', code: formationError, description: what });

const TRIGGERS: Readonly<Record<string, Trigger>> = {
  BootNotification: 'boot',
  Heartbeat: 'heartbeat',
  StatusNotification: 'status',
  MeterValues: 'meter',
};

function setChargingProfile(payload: Json, actions: StationActions): Reply {
  const evse = numberAt(payload, 'connectorId');
  const sent = objectAt(payload, 'csChargingProfiles');
  const read = sent === undefined ? undefined : readProfile(sent);
  if (evse === undefined || read === undefined)
    return malformed('connectorId or csChargingProfiles is not as 7.8 says');
  const { accepted } = actions.setProfile({ evse, raw: payload, ...read });
  return result({ status: accepted ? 'Accepted' : 'Rejected' });
}

function clearChargingProfile(payload: Json, actions: StationActions): Reply {
  const named = textAt(payload, 'chargingProfilePurpose');
  const purpose = named === undefined ? undefined : PURPOSES.get(named);
  // A purpose this station does not keep matches nothing; it must not read as "every purpose".
  if (named !== undefined && purpose === undefined) return result({ status: 'Unknown' });
  const cleared = actions.clearProfiles({
    ...optional('id', numberAt(payload, 'id')),
    ...optional('evse', numberAt(payload, 'connectorId')),
    ...optional('purpose', purpose),
    ...optional('stackLevel', numberAt(payload, 'stackLevel')),
  });
  return result({ status: cleared > 0 ? 'Accepted' : 'Unknown' });
}

function getCompositeSchedule(payload: Json, actions: StationActions): Reply {
  const evse = numberAt(payload, 'connectorId');
  const durationS = numberAt(payload, 'duration');
  if (evse === undefined || durationS === undefined) return malformed('connectorId and duration are needed');
  const schedule = actions.composite({ evse, durationS });
  if (schedule === undefined) return result({ status: 'Rejected' });
  const unit = textAt(payload, 'chargingRateUnit') === 'W' ? 'W' : 'A';
  const factor = unit === 'W' ? actions.wattsPerAmp() : 1;
  const startText = instantText(schedule.startMs);
  return result({
    status: 'Accepted',
    connectorId: evse,
    scheduleStart: startText,
    chargingSchedule: {
      duration: schedule.durationS,
      startSchedule: startText,
      chargingRateUnit: unit,
      chargingSchedulePeriod: schedule.periods.map((period) => ({
        startPeriod: period.startS,
        // One decimal at the most (1.6 7.14), rounded down: the station never claims to allow more than it obeys.
        limit: Math.floor(period.limit * factor * 10 + 1e-6) / 10,
      })),
    },
  });
}

function changeConfiguration(payload: Json, actions: StationActions): Reply {
  const key = textAt(payload, 'key');
  const value = textAt(payload, 'value');
  if (key === undefined || value === undefined) return malformed('key and value are needed');
  const name = SETTING_KEYS.get(key);
  if (name === undefined) return result({ status: 'NotSupported' });
  return result({ status: actions.setSetting(name, value) === 'accepted' ? 'Accepted' : 'Rejected' });
}

function getConfiguration(payload: Json, actions: StationActions): Reply {
  const asked = listAt(payload, 'key')?.filter((key) => typeof key === 'string') ?? [];
  const wanted = asked.length > 0 ? asked : [...SETTING_KEYS.keys()];
  const entry = (key: string, name: SettingName): Json => {
    const { value, readOnly } = actions.getSetting(name);
    return { key, readonly: readOnly, ...optional('value', value) };
  };
  const known = wanted.flatMap((key) => {
    const name = SETTING_KEYS.get(key);
    return name === undefined ? [] : [entry(key, name)];
  });
  return result({ configurationKey: known, unknownKey: wanted.filter((key) => !SETTING_KEYS.has(key)) });
}

function triggerMessage(payload: Json, actions: StationActions): Reply {
  const trigger = TRIGGERS[textAt(payload, 'requestedMessage') ?? ''];
  if (trigger === undefined) return result({ status: 'NotImplemented' });
  return result({ status: actions.trigger(trigger, numberAt(payload, 'connectorId')) ? 'Accepted' : 'Rejected' });
}

function reset(payload: Json, actions: StationActions): Reply {
  const type = textAt(payload, 'type');
  if (type !== 'Hard' && type !== 'Soft') return malformed('type is Hard or Soft');
  actions.reset('now');
  return result({ status: 'Accepted' });
}

function remoteStartTransaction(payload: Json, actions: StationActions): Reply {
  const idToken = textAt(payload, 'idTag');
  if (idToken === undefined) return malformed('idTag is needed');
  const sent = objectAt(payload, 'chargingProfile');
  const read = sent === undefined ? undefined : readProfile(sent);
  if (sent !== undefined && read === undefined) return malformed('chargingProfile is not as 7.8 says');
  const { accepted } = actions.remoteStart({
    idToken,
    raw: payload,
    ...optional('evse', numberAt(payload, 'connectorId')),
    ...optional('profile', read?.profile),
  });
  return result({ status: accepted ? 'Accepted' : 'Rejected' });
}

function remoteStopTransaction(payload: Json, actions: StationActions): Reply {
  const id = numberAt(payload, 'transactionId');
  if (id === undefined) return malformed('transactionId is needed');
  return result({ status: actions.remoteStop(String(id)) ? 'Accepted' : 'Rejected' });
}

/** Every request of the central system that the station acts on. */
export const commands: ReadonlyMap<string, CommandHandler> = new Map<string, CommandHandler>([
  ['SetChargingProfile', setChargingProfile],
  ['ClearChargingProfile', clearChargingProfile],
  ['GetCompositeSchedule', getCompositeSchedule],
  ['ChangeConfiguration', changeConfiguration],
  ['GetConfiguration', getConfiguration],
  ['TriggerMessage', triggerMessage],
  ['Reset', reset],
  ['RemoteStartTransaction', remoteStartTransaction],
  ['RemoteStopTransaction', remoteStopTransaction],
]);

/** The rest of what 1.6 lets a central system send. */
export const knownActions: ReadonlySet<string> = new Set([
  'CancelReservation',
  'ChangeAvailability',
  'ClearCache',
  'DataTransfer',
  'GetDiagnostics',
  'GetLocalListVersion',
  'ReserveNow',
  'SendLocalList',
  'UnlockConnector',
  'UpdateFirmware',
]);
