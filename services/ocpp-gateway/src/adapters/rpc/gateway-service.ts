import { gatewayV1 } from '@headroom/contracts';
import { assertNever, stationId } from '@headroom/kernel';
import type { ChargingProfile, StationCommand } from '@headroom/ocpp';
import { MAX_SETPOINT_EVSES } from '@headroom/ocpp/capabilities';
import { bind, RpcError, type ServiceBinding } from '@headroom/rpc';
import type { CommandVerdict } from '../../app/outbound.ts';
import { type Batch, type BatchCommand, MAX_BATCH_COMMANDS } from '../../app/send-batch.ts';

export type SendBatch = (batch: Batch, traceparent: string | undefined) => Promise<readonly CommandVerdict[]>;

/** `headroom.gateway.v1.GatewayService`. */
export const gatewayServiceBinding = (sendBatch: SendBatch): ServiceBinding =>
  bind('headroom.gateway.v1.GatewayService', gatewayV1.GatewayServiceService, {
    async sendBatch(request, { traceparent }) {
      if (request.commands.length > MAX_BATCH_COMMANDS) {
        throw new RpcError('invalid-argument', `more than ${MAX_BATCH_COMMANDS} commands`);
      }
      if (request.givenUp.length > MAX_BATCH_COMMANDS) {
        throw new RpcError('invalid-argument', `more than ${MAX_BATCH_COMMANDS} connections given up`);
      }
      const batch = {
        shard: request.shard,
        epoch: request.dispatcherEpoch,
        commands: request.commands.map((command) => commandOf(request, command)),
        givenUp: request.givenUp.map((each) => ({
          stationId: stationId(each.stationId),
          generation: Number(each.connectionGeneration),
        })),
      };
      const verdicts = await sendBatch(batch, traceparent);
      return {
        verdicts: verdicts.map((verdict, i) => verdictToWire(request.commands[i]?.commandId ?? '', verdict)),
      };
    },
  });

function commandOf(request: gatewayV1.SendBatchRequest, command: gatewayV1.StationCommand): BatchCommand {
  if (command.action === undefined) throw new RpcError('invalid-argument', `${command.commandId} has no action`);
  return {
    commandId: command.commandId,
    stationId: stationId(command.stationId),
    token: {
      shard: request.shard,
      epoch: request.dispatcherEpoch,
      seq: command.seq,
      generation: command.connectionGeneration,
      notAfterMs: Number(command.notAfterMs),
      fallbackOnly: raisesNothing(command.action),
    },
    command: actionOf(command.action),
  };
}

type Action = NonNullable<gatewayV1.StationCommand['action']>;

const QUESTIONS: ReadonlySet<Action['$case']> = new Set([
  'readCapabilities',
  'triggerSample',
  'readComposite',
  'readProfiles',
]);

/** The permanent limit, and a mere question. */
const raisesNothing = (action: Action): boolean =>
  action.$case === 'setChargingProfile'
    ? action.value.purpose === gatewayV1.ProfilePurpose.TX_DEFAULT
    : QUESTIONS.has(action.$case);

function actionOf(action: Action): StationCommand {
  switch (action.$case) {
    case 'setChargingProfile':
      return { kind: 'set-charging-profile', profile: profileOf(action.value) };
    case 'readCapabilities':
      return readCapabilities(action.value);
    case 'triggerSample':
      return { kind: 'trigger-sample', evse: action.value.evse };
    case 'readComposite':
      return readComposite(action.value);
    case 'readProfiles':
      return { kind: 'read-profiles', requestId: action.value.requestId };
    case 'stopTransaction':
      return { kind: 'stop-transaction', transactionId: action.value.transactionId };
    case 'setAvailability':
      return { kind: 'set-availability', evse: action.value.evse, operative: action.value.operative };
    default:
      return assertNever(action);
  }
}

const readCapabilities = ({ setpointEvses }: gatewayV1.ReadCapabilities): StationCommand => ({
  ...{ kind: 'read-capabilities' },
  ...(setpointEvses.length === 0 ? {} : { setpointEvses: setpointEvses.slice(0, MAX_SETPOINT_EVSES) }),
});

const readComposite = ({ evse, rateUnit, durationS }: gatewayV1.ReadComposite): StationCommand => ({
  ...{ kind: 'read-composite', evse },
  ...(rateUnit === undefined ? {} : { unit: unitOf(rateUnit) }),
  ...(durationS === undefined ? {} : { durationS: Math.min(durationS, MAX_COMPOSITE_S) }),
});

/** So far ahead a station is asked at most: a lease is shorter. */
const MAX_COMPOSITE_S = 86_400;

function profileOf(profile: gatewayV1.SetChargingProfile): ChargingProfile {
  return {
    evse: profile.evse,
    profileId: profile.profileId,
    stackLevel: profile.stackLevel,
    purpose: purposeOf(profile.purpose),
    ...(profile.transactionId === '' ? {} : { transactionId: profile.transactionId }),
    ...(profile.startScheduleMs === undefined ? {} : { startScheduleMs: Number(profile.startScheduleMs) }),
    ...(profile.durationS === undefined ? {} : { durationS: profile.durationS }),
    ...(profile.maxOfflineS === undefined ? {} : { maxOfflineS: profile.maxOfflineS }),
    ...(profile.dynamic === true ? { isDynamic: true } : {}),
    ...(profile.update === true ? { isUpdate: true } : {}),
    unit: unitOf(profile.rateUnit),
    periods: profile.periods.map((period) => ({
      startS: period.startS,
      limitDeciA: period.limitDeciA,
      ...(period.limitW === undefined ? {} : { limitW: Number(period.limitW) }),
      ...(period.numberPhases === 0 ? {} : { numberPhases: period.numberPhases }),
      ...(period.dischargeDeciA === undefined ? {} : { dischargeDeciA: period.dischargeDeciA }),
      ...(period.dischargeW === undefined ? {} : { dischargeW: Number(period.dischargeW) }),
    })),
  };
}

function unitOf(unit: gatewayV1.RateUnit = gatewayV1.RateUnit.A): NonNullable<ChargingProfile['unit']> {
  switch (unit) {
    case gatewayV1.RateUnit.UNSPECIFIED:
    case gatewayV1.RateUnit.A:
      return 'A';
    case gatewayV1.RateUnit.W:
      return 'W';
    default:
      throw new RpcError('invalid-argument', 'a unit that this release does not know');
  }
}

function purposeOf(purpose: gatewayV1.ProfilePurpose): ChargingProfile['purpose'] {
  switch (purpose) {
    case gatewayV1.ProfilePurpose.TX:
      return 'tx';
    case gatewayV1.ProfilePurpose.TX_DEFAULT:
      return 'tx-default';
    default:
      throw new RpcError('invalid-argument', 'a purpose that this release does not know');
  }
}

const VERDICTS = {
  written: gatewayV1.Verdict.WRITTEN,
  'already-written': gatewayV1.Verdict.ALREADY_WRITTEN,
  'not-connected': gatewayV1.Verdict.NOT_CONNECTED,
  generation: gatewayV1.Verdict.GENERATION,
  epoch: gatewayV1.Verdict.EPOCH,
  'stale-seq': gatewayV1.Verdict.STALE_SEQ,
  'too-late': gatewayV1.Verdict.TOO_LATE,
  refused: gatewayV1.Verdict.REFUSED,
} as const satisfies Record<CommandVerdict['kind'], gatewayV1.Verdict>;

const verdictToWire = (commandId: string, verdict: CommandVerdict): gatewayV1.CommandVerdict => ({
  commandId,
  verdict: VERDICTS[verdict.kind],
  detail: verdict.kind === 'refused' ? verdict.why : '',
});
