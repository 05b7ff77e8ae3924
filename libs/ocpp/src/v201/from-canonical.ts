import { assertNever } from '@headroom/kernel';
import { askedVariables } from '../capabilities/settings.ts';
import type { AuthorizationStatus, ChargingProfile, StationAnswer, StationCommand } from '../canonical.ts';
import { COMPOSITE_S, limitOf, profileProblem, refusedCommand, type Wording, wordedCall } from '../from-canonical.ts';
import { SAMPLED_MEASURANDS } from '../measurands.ts';
import { formatTimestamp } from '../timestamps.ts';
import type {
  AuthorizeResponse,
  BootNotificationResponse,
  ChangeAvailabilityRequest,
  DataTransferResponse,
  GetChargingProfilesRequest,
  GetCompositeScheduleRequest,
  GetVariablesRequest,
  HeartbeatResponse,
  RequestStopTransactionRequest,
  SetChargingProfileRequest,
  SetVariablesRequest,
  TransactionEventResponse,
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
  | TransactionEventResponse
  | Readonly<Record<string, never>>;

/** Payload of the CALLRESULT to `action`. */
export function answerPayload(_action: string, answer: StationAnswer): Response {
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
      return { idTokenInfo: { status: AUTHORIZATION[answer.status] } } satisfies AuthorizeResponse;
    case 'unknown-vendor':
      return { status: 'UnknownVendorId' } satisfies DataTransferResponse;
    case 'schedule-told':
      // No message of 2.0.1 asks for it.
      return {};
    case 'transaction-acknowledged':
      // E01.FR.11: idTokenInfo is there if and only if the request named a token.
      return answer.authorization === undefined
        ? {}
        : ({ idTokenInfo: { status: AUTHORIZATION[answer.authorization] } } satisfies TransactionEventResponse);
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
      return samplingCall(command, SAMPLED_MEASURANDS);
    case 'read-capabilities':
      return wordedCall({
        action: 'GetVariables',
        payload: { getVariableData: askedVariables('ocpp2.0.1') } satisfies GetVariablesRequest,
      });
    case 'trigger-sample':
      return wordedCall({
        action: 'TriggerMessage',
        payload: { requestedMessage: 'MeterValues', evse: { id: command.evse } } satisfies TriggerMessageRequest,
      });
    case 'read-composite': {
      const payload: GetCompositeScheduleRequest = {
        ...{ evseId: command.evse, duration: command.durationS ?? COMPOSITE_S },
        ...(command.unit === undefined ? {} : { chargingRateUnit: command.unit }),
      };
      return wordedCall({ action: 'GetCompositeSchedule', payload });
    }
    case 'read-profiles': {
      // Without criteria: all of them, whoever set them.
      const payload = { requestId: command.requestId, chargingProfile: {} } satisfies GetChargingProfilesRequest;
      return wordedCall({ action: 'GetChargingProfiles', payload });
    }
    case 'stop-transaction':
      return wordedCall({
        action: 'RequestStopTransaction',
        payload: { transactionId: command.transactionId } satisfies RequestStopTransactionRequest,
      });
    case 'set-availability':
      return wordedCall({
        action: 'ChangeAvailability',
        payload: {
          evse: { id: command.evse },
          operationalStatus: command.operative ? 'Operative' : 'Inoperative',
        } satisfies ChangeAvailabilityRequest,
      });
    case 'trigger-boot':
      return wordedCall({
        action: 'TriggerMessage',
        payload: { requestedMessage: 'BootNotification' } satisfies TriggerMessageRequest,
      });
    default:
      return assertNever(command);
  }
}

/** What is sampled in transactions, and how often. Who does not know one of the measurands refuses that list, and keeps the one before. */
export const samplingCall = ({ intervalS }: { readonly intervalS: number }, measurands: readonly string[]): Wording =>
  wordedCall({
    action: 'SetVariables',
    payload: {
      setVariableData: [
        variable('TxUpdatedInterval', String(intervalS)),
        variable('TxUpdatedMeasurands', measurands.join(',')),
      ],
    } satisfies SetVariablesRequest,
  });

const variable = (name: string, attributeValue: string) => ({
  attributeValue,
  component: { name: 'SampledDataCtrlr' },
  variable: { name },
});

function setChargingProfile(profile: ChargingProfile): Wording {
  const problem = profileProblem('ocpp2.0.1', profile);
  if (problem !== undefined) return refusedCommand(problem);
  return wordedCall({ action: 'SetChargingProfile', payload: profilePayload(profile) });
}

/** SetChargingProfile, as far as 2.0.1 and 2.1 say it alike. */
export function profilePayload(profile: ChargingProfile): SetChargingProfileRequest {
  return {
    evseId: profile.evse,
    chargingProfile: {
      id: profile.profileId,
      stackLevel: profile.stackLevel,
      chargingProfilePurpose: profile.purpose === 'tx' ? 'TxProfile' : 'TxDefaultProfile',
      // K01.FR.40, K01.FR.41: Absolute has a startSchedule, Relative has none.
      chargingProfileKind: profile.startScheduleMs === undefined ? 'Relative' : 'Absolute',
      ...(profile.transactionId === undefined ? {} : { transactionId: profile.transactionId }),
      chargingSchedule: [
        {
          id: profile.profileId,
          ...(profile.startScheduleMs === undefined ? {} : { startSchedule: formatTimestamp(profile.startScheduleMs) }),
          ...(profile.durationS === undefined ? {} : { duration: profile.durationS }),
          chargingRateUnit: profile.unit ?? 'A',
          chargingSchedulePeriod: profile.periods.map((period) => ({
            startPeriod: period.startS,
            limit: limitOf(profile, period),
            ...(period.numberPhases === undefined ? {} : { numberPhases: period.numberPhases }),
          })),
        },
      ],
    },
  };
}
