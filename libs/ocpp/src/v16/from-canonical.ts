import {
  type AuthorizationStatus,
  type ChargingProfile,
  type StationAnswer,
  type StationCommand,
} from '../canonical.ts';
import { assertNever } from '@headroom/kernel';
import { askedKeys16 } from '../capabilities/settings.ts';
import { COMPOSITE_S, limitOf, profileProblem, refusedCommand, type Wording, wordedCall } from '../from-canonical.ts';
import { formatTimestamp } from '../timestamps.ts';
import { SAMPLED_MEASURANDS } from '../measurands.ts';
import type {
  AuthorizeResponse,
  BootNotificationResponse,
  ChangeAvailabilityRequest,
  ChangeConfigurationRequest,
  DataTransferResponse,
  GetCompositeScheduleRequest,
  GetConfigurationRequest,
  HeartbeatResponse,
  RemoteStopTransactionRequest,
  SetChargingProfileRequest,
  StartTransactionResponse,
  StopTransactionResponse,
  TriggerMessageRequest,
} from './messages.ts';

const AUTHORIZATION = {
  accepted: 'Accepted',
  blocked: 'Blocked',
  expired: 'Expired',
  invalid: 'Invalid',
} as const satisfies Record<AuthorizationStatus, string>;

type Response =
  | AuthorizeResponse
  | BootNotificationResponse
  | DataTransferResponse
  | HeartbeatResponse
  | StartTransactionResponse
  | StopTransactionResponse
  | Readonly<Record<string, never>>;

/** Payload of the CALLRESULT to `action`. */
export function answerPayload(action: string, answer: StationAnswer): Response {
  switch (answer.kind) {
    case 'boot-accepted':
      return {
        currentTime: formatTimestamp(answer.nowMs),
        interval: answer.heartbeatIntervalS,
        status: 'Accepted',
      } satisfies BootNotificationResponse;
    case 'heartbeat':
      return { currentTime: formatTimestamp(answer.nowMs) } satisfies HeartbeatResponse;
    case 'acknowledged':
      return {};
    case 'authorized':
      return { idTagInfo: { status: AUTHORIZATION[answer.status] } } satisfies AuthorizeResponse;
    case 'unknown-vendor':
      return { status: 'UnknownVendorId' } satisfies DataTransferResponse;
    case 'schedule-told':
      // No message of 1.6 asks for it.
      return {};
    case 'transaction-acknowledged': {
      const status = AUTHORIZATION[answer.authorization ?? 'invalid'];
      if (action === 'StartTransaction') {
        return {
          transactionId: Number(answer.transactionId),
          idTagInfo: { status },
        } satisfies StartTransactionResponse;
      }
      return answer.authorization === undefined ? {} : ({ idTagInfo: { status } } satisfies StopTransactionResponse);
    }
    default:
      return assertNever(answer);
  }
}

/** CALLs that carry out a command, in order, or why this version cannot say it. */
export function commandCalls(command: StationCommand): Wording {
  switch (command.kind) {
    case 'set-charging-profile':
      return setChargingProfile(command.profile);
    case 'configure-sampling':
      return wordedCall(
        change('MeterValueSampleInterval', String(command.intervalS)),
        change('MeterValuesSampledData', SAMPLED_MEASURANDS.join(',')),
      );
    case 'read-capabilities':
      return wordedCall({
        action: 'GetConfiguration',
        payload: { key: askedKeys16() } satisfies GetConfigurationRequest,
      });
    case 'trigger-sample':
      return wordedCall({
        action: 'TriggerMessage',
        payload: { requestedMessage: 'MeterValues', connectorId: command.evse } satisfies TriggerMessageRequest,
      });
    case 'read-composite': {
      const payload: GetCompositeScheduleRequest = {
        ...{ connectorId: command.evse, duration: command.durationS ?? COMPOSITE_S },
        ...(command.unit === undefined ? {} : { chargingRateUnit: command.unit }),
      };
      return wordedCall({ action: 'GetCompositeSchedule', payload });
    }
    case 'read-profiles':
      return refusedCommand('no message of 1.6 tells which profiles a station holds');
    case 'stop-transaction': {
      const transactionId = Number(command.transactionId);
      if (!Number.isSafeInteger(transactionId)) return refusedCommand('a transaction of 1.6 has a number');
      return wordedCall({
        action: 'RemoteStopTransaction',
        payload: { transactionId } satisfies RemoteStopTransactionRequest,
      });
    }
    case 'set-availability': {
      const type = command.operative ? 'Operative' : 'Inoperative';
      const payload = { connectorId: command.evse, type } satisfies ChangeAvailabilityRequest;
      return wordedCall({ action: 'ChangeAvailability', payload });
    }
    case 'trigger-boot':
      return wordedCall({
        action: 'TriggerMessage',
        payload: { requestedMessage: 'BootNotification' } satisfies TriggerMessageRequest,
      });
    default:
      return assertNever(command);
  }
}

const change = (key: string, value: string) => ({
  action: 'ChangeConfiguration',
  payload: { key, value } satisfies ChangeConfigurationRequest,
});

function setChargingProfile(profile: ChargingProfile): Wording {
  const problem = profileProblem('ocpp1.6', profile);
  if (problem !== undefined) return refusedCommand(problem);
  const transactionId = profile.transactionId === undefined ? undefined : Number(profile.transactionId);
  const payload: SetChargingProfileRequest = {
    connectorId: profile.evse,
    csChargingProfiles: {
      chargingProfileId: profile.profileId,
      ...(transactionId === undefined ? {} : { transactionId }),
      stackLevel: profile.stackLevel,
      chargingProfilePurpose: profile.purpose === 'tx' ? 'TxProfile' : 'TxDefaultProfile',
      // Interpretation: without a start the limit holds from the start of each transaction, which is what Relative says.
      chargingProfileKind: profile.startScheduleMs === undefined ? 'Relative' : 'Absolute',
      chargingSchedule: {
        ...(profile.durationS === undefined ? {} : { duration: profile.durationS }),
        ...(profile.startScheduleMs === undefined ? {} : { startSchedule: formatTimestamp(profile.startScheduleMs) }),
        chargingRateUnit: profile.unit ?? 'A',
        chargingSchedulePeriod: profile.periods.map((period) => ({
          startPeriod: period.startS,
          limit: limitOf(profile, period),
          ...(period.numberPhases === undefined ? {} : { numberPhases: period.numberPhases }),
        })),
      },
    },
  };
  return wordedCall({ action: 'SetChargingProfile', payload });
}
