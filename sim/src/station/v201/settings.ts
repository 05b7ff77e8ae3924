import type { SettingName } from '../settings.ts';

/** Variables of OCPP 2.0.1 (part 2 appendix), `Component.Variable`, onto the station's own names. */
export const SETTING_KEYS: ReadonlyMap<string, SettingName> = new Map<string, SettingName>([
  ['OCPPCommCtrlr.HeartbeatInterval', 'heartbeatS'],
  ['SampledDataCtrlr.TxUpdatedInterval', 'sampleS'],
  ['SampledDataCtrlr.TxUpdatedMeasurands', 'measurands'],
  ['OCPPCommCtrlr.WebSocketPingInterval', 'pingS'],
  ['SecurityCtrlr.BasicAuthPassword', 'password'],
  ['SmartChargingCtrlr.ProfileStackLevel', 'maxStackLevel'],
  ['SmartChargingCtrlr.PeriodsPerSchedule', 'maxPeriods'],
  ['SmartChargingCtrlr.Entries', 'maxProfiles'],
  ['SmartChargingCtrlr.RateUnit', 'rateUnits'],
  ['SmartChargingCtrlr.Enabled', 'smartCharging'],
  // 2.1; nobody asks a station of 2.0.1.
  ['SmartChargingCtrlr.SupportsMaxOfflineDuration', 'maxOfflineDuration'],
  ['SmartChargingCtrlr.SupportsDynamicProfiles', 'dynamicProfiles'],
  // Of each EVSE; all of one station are alike.
  ['V2XChargingCtrlr.Enabled', 'takesSetpoints'],
  ['V2XChargingCtrlr.SupportedOperationModes', 'operationModes'],
]);
