import type { OCPP20 } from 'typed-ocpp';

/** Payloads of OCPP 2.0.1 that we write. What we read is read field by field, tolerantly (`to-canonical.ts`). */
export type BootNotificationResponse = OCPP20.BootNotificationResponse;
export type HeartbeatResponse = OCPP20.HeartbeatResponse;
export type AuthorizeResponse = OCPP20.AuthorizeResponse;
export type TransactionEventResponse = OCPP20.TransactionEventResponse;
export type DataTransferResponse = OCPP20.DataTransferResponse;
export type SetChargingProfileRequest = OCPP20.SetChargingProfileRequest;
export type SetVariablesRequest = OCPP20.SetVariablesRequest;
export type TriggerMessageRequest = OCPP20.TriggerMessageRequest;
export type GetChargingProfilesRequest = OCPP20.GetChargingProfilesRequest;
export type GetCompositeScheduleRequest = OCPP20.GetCompositeScheduleRequest;
export type RequestStopTransactionRequest = OCPP20.RequestStopTransactionRequest;
export type ChangeAvailabilityRequest = OCPP20.ChangeAvailabilityRequest;
export type GetVariablesRequest = OCPP20.GetVariablesRequest;
