import type { OCPP16 } from 'typed-ocpp';

/** Payloads of OCPP 1.6 that we write. What we read is read field by field, tolerantly (`to-canonical.ts`). */
export type BootNotificationResponse = OCPP16.BootNotificationResponse;
export type HeartbeatResponse = OCPP16.HeartbeatResponse;
export type AuthorizeResponse = OCPP16.AuthorizeResponse;
export type StartTransactionResponse = OCPP16.StartTransactionResponse;
export type StopTransactionResponse = OCPP16.StopTransactionResponse;
export type DataTransferResponse = OCPP16.DataTransferResponse;
export type SetChargingProfileRequest = OCPP16.SetChargingProfileRequest;
export type ChangeConfigurationRequest = OCPP16.ChangeConfigurationRequest;
export type TriggerMessageRequest = OCPP16.TriggerMessageRequest;
export type GetCompositeScheduleRequest = OCPP16.GetCompositeScheduleRequest;
export type RemoteStopTransactionRequest = OCPP16.RemoteStopTransactionRequest;
export type ChangeAvailabilityRequest = OCPP16.ChangeAvailabilityRequest;
export type GetConfigurationRequest = OCPP16.GetConfigurationRequest;
