import type { SettingName } from '../settings.ts';

/** Configuration keys of OCPP 1.6 (9) and its security white paper, onto the station's own names. */
export const SETTING_KEYS: ReadonlyMap<string, SettingName> = new Map<string, SettingName>([
  ['HeartbeatInterval', 'heartbeatS'],
  ['MeterValueSampleInterval', 'sampleS'],
  ['MeterValuesSampledData', 'measurands'],
  ['WebSocketPingInterval', 'pingS'],
  ['AuthorizationKey', 'password'],
  ['NumberOfConnectors', 'evses'],
  ['ChargeProfileMaxStackLevel', 'maxStackLevel'],
  ['ChargingScheduleMaxPeriods', 'maxPeriods'],
  ['MaxChargingProfilesInstalled', 'maxProfiles'],
  ['ChargingScheduleAllowedChargingRateUnit', 'rateUnits'],
]);
