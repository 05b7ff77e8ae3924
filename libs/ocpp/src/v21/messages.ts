import type { OCPP21 } from 'typed-ocpp';

/** Payloads of OCPP 2.1 that we write and that 2.0.1 has not, or has with less in them. */
export type SetChargingProfileRequest = OCPP21.SetChargingProfileRequest;
export type PullDynamicScheduleUpdateResponse = OCPP21.PullDynamicScheduleUpdateResponse;
export type UpdateDynamicScheduleRequest = OCPP21.UpdateDynamicScheduleRequest;
