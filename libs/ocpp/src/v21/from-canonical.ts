import { askedOfSetpoints, askedVariables } from '../capabilities/settings.ts';
import type { ChargingProfile, StationAnswer, StationCommand } from '../canonical.ts';
import { SAMPLED_MEASURANDS, SAMPLED_WITH_EXPORT } from '../measurands.ts';
import {
  dischargeOf,
  dynamicEndMs,
  limitOf,
  profileProblem,
  refusedCommand,
  type Wording,
  wordedCall,
} from '../from-canonical.ts';
import {
  answerPayload as answerPayload201,
  commandCalls as commandCalls201,
  profilePayload,
  samplingCall,
} from '../v201/from-canonical.ts';
import { formatTimestamp } from '../timestamps.ts';
import type {
  PullDynamicScheduleUpdateResponse,
  SetChargingProfileRequest,
  UpdateDynamicScheduleRequest,
} from './messages.ts';

/** Payload of the CALLRESULT to `action`. What 2.0.1 has, 2.1 says in the same words. */
export function answerPayload(action: string, answer: StationAnswer): object {
  return answer.kind === 'schedule-told' ? scheduleUpdate(answer.limit) : answerPayload201(action, answer);
}

/** K28: without a value the station goes on by what stands in its profile, until that ends. */
const scheduleUpdate = (limit: number | undefined): PullDynamicScheduleUpdateResponse =>
  limit === undefined
    ? { status: 'Rejected', statusInfo: { reasonCode: 'NotFound', additionalInfo: 'No limit of that profile holds.' } }
    : { status: 'Accepted', scheduleUpdate: { limit } };

/** CALLs that carry out a command, in order. */
export function commandCalls(command: StationCommand): Wording {
  switch (command.kind) {
    case 'set-charging-profile':
      return setChargingProfile(command.profile);
    case 'configure-sampling':
      return samplingCall(command, command.withExport === true ? SAMPLED_WITH_EXPORT : SAMPLED_MEASURANDS);
    case 'read-capabilities':
      return wordedCall({
        action: 'GetVariables',
        payload: { getVariableData: [...askedVariables('ocpp2.1'), ...askedOfSetpoints(command.setpointEvses ?? [])] },
      });
    default:
      return commandCalls201(command);
  }
}

function setChargingProfile(profile: ChargingProfile): Wording {
  const problem = profileProblem('ocpp2.1', profile);
  if (problem !== undefined) return refusedCommand(problem);
  if (profile.isUpdate === true) return updateSchedule(profile);
  const { maxOfflineS } = profile;
  const { evseId, chargingProfile } = withEnd(withSetpoints(profilePayload(profile), profile), profile);
  const payload: SetChargingProfileRequest = {
    evseId,
    chargingProfile: {
      ...chargingProfile,
      // SI15: void for ever, so that a link that comes back does not bring an old limit back.
      ...(maxOfflineS === undefined ? {} : { maxOfflineDuration: maxOfflineS, invalidAfterOfflineDuration: true }),
    },
  };
  return wordedCall({ action: 'SetChargingProfile', payload });
}

/**
 * Block Q: a setpoint below 0 makes a car give back, and the limit of what it may take stands beside it. The discharge limit keeps it from giving
 * more on its way there. When the schedule is over the permanent limit holds, which knows no setpoint: so nothing flows back.
 */
function withSetpoints(request: SetChargingProfileRequest, profile: ChargingProfile): SetChargingProfileRequest {
  const [schedule] = request.chargingProfile.chargingSchedule;
  if (schedule === undefined || profile.periods.every((period) => dischargeOf(profile, period) === undefined))
    return request;
  const chargingSchedulePeriod = schedule.chargingSchedulePeriod.map((said, index) => {
    const period = profile.periods[index];
    const discharge = period && dischargeOf(profile, period);
    if (discharge === undefined) return said;
    return { ...said, operationMode: 'CentralSetpoint' as const, setpoint: -discharge, dischargeLimit: -discharge };
  });
  const [first, ...rest] = chargingSchedulePeriod;
  if (first === undefined) return request;
  return {
    ...request,
    chargingProfile: {
      ...request.chargingProfile,
      chargingSchedule: [{ ...schedule, chargingSchedulePeriod: [first, ...rest] }],
    },
  };
}

/** A Dynamic one has no start (K01.FR.41), and is over at an instant: a duration would begin anew with each update. */
function withEnd(request: SetChargingProfileRequest, profile: ChargingProfile): SetChargingProfileRequest {
  const endMs = dynamicEndMs(profile);
  const [schedule] = request.chargingProfile.chargingSchedule;
  if (endMs === undefined || schedule === undefined) return request;
  const { startSchedule: _s, duration: _d, ...timeless } = schedule;
  return {
    ...request,
    chargingProfile: {
      ...request.chargingProfile,
      chargingProfileKind: 'Dynamic',
      validTo: formatTimestamp(endMs),
      chargingSchedule: [timeless],
    },
  };
}

function updateSchedule(profile: ChargingProfile): Wording {
  const [period] = profile.periods;
  if (dynamicEndMs(profile) === undefined || period === undefined) return refusedCommand('nothing dynamic to update');
  const payload: UpdateDynamicScheduleRequest = {
    chargingProfileId: profile.profileId,
    scheduleUpdate: { limit: limitOf(profile, period) },
  };
  return wordedCall({ action: 'UpdateDynamicSchedule', payload });
}
