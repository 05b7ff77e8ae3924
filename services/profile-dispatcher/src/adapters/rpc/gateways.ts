import { gatewayV1 } from '@headroom/contracts';
import { assertNever } from '@headroom/kernel';
import type { RpcClient, RpcNetwork } from '@headroom/rpc';
import { readTraceparent } from '@headroom/telemetry';
import type { Act } from '../../domain/acts.ts';
import type { ProfilePlan } from '../../domain/plan-of.ts';
import type { GatewayBatch, GatewayCommand, GatewayQuestion, Gateways, Verdict } from '../../ports.ts';

type Client = RpcClient<typeof gatewayV1.GatewayServiceService>;

/** Gateways whose clients are kept; pods come and go. */
export const MAX_GATEWAY_CLIENTS = 1_000;

export interface GatewaysOptions {
  /** Real milliseconds. */
  readonly sendDeadlineMs: number;
  readonly onFailure: (call: {
    readonly gatewayAddress: string;
    readonly commands: number;
    readonly why: string;
    /** Absent: not traced. */
    readonly traceId: string | undefined;
  }) => void;
}

/** Calls go to the address that the station's connection names. */
export function createGateways(network: RpcNetwork, { sendDeadlineMs, onFailure }: GatewaysOptions): Gateways {
  const clients = new Map<string, Client>();
  const clientAt = (address: string): Client => {
    const known = clients.get(address);
    if (known !== undefined) return known;
    if (clients.size >= MAX_GATEWAY_CLIENTS) clients.clear();
    const client = network.client(gatewayV1.GatewayServiceService, address);
    clients.set(address, client);
    return client;
  };
  const failed = (
    { gatewayAddress, traceparent }: Pick<GatewayBatch, 'gatewayAddress' | 'traceparent'>,
    commands: number,
    cause: unknown,
  ) => {
    const why = cause instanceof Error ? cause.message : 'the call failed';
    onFailure({ gatewayAddress, commands, why, traceId: readTraceparent(traceparent)?.traceId });
    return why;
  };
  return {
    send: async (batch) => {
      try {
        const response = await clientAt(batch.gatewayAddress).sendBatch(batchToWire(batch), {
          deadlineMs: sendDeadlineMs,
          ...(batch.traceparent === undefined ? {} : { traceparent: batch.traceparent }),
        });
        const said = new Map(response.verdicts.map((verdict) => [verdict.commandId, verdict]));
        return batch.commands.map(({ commandId }) => verdictOf(said.get(commandId)));
      } catch (cause) {
        // Whatever it was, some of the commands may have been written before it.
        const why = failed(batch, batch.commands.length, cause);
        return batch.commands.map(() => ({ kind: 'unknown', why, isSilent: true }));
      }
    },
    ask: async ({ questions, notAfterMs, shard, epoch, gatewayAddress }) => {
      const commands = questions.map((question) => questionToWire(question, notAfterMs));
      try {
        const request = { shard, dispatcherEpoch: BigInt(epoch), commands, givenUp: [] };
        const response = await clientAt(gatewayAddress).sendBatch(request, { deadlineMs: sendDeadlineMs });
        const said = new Map(response.verdicts.map((verdict) => [verdict.commandId, verdict]));
        return questions.map(({ commandId }) => verdictOf(said.get(commandId)).kind === 'written');
      } catch (cause) {
        failed({ gatewayAddress }, questions.length, cause);
        return questions.map(() => false);
      }
    },
    fence: async (gateway) => {
      try {
        await clientAt(gateway.gatewayAddress).sendBatch(batchToWire({ ...gateway, commands: [] }), {
          deadlineMs: sendDeadlineMs,
        });
        return true;
      } catch (cause) {
        failed(gateway, 0, cause);
        return false;
      }
    },
  };
}

const batchToWire = ({ shard, epoch, commands, givenUp = [] }: GatewayBatch): gatewayV1.SendBatchRequest => ({
  shard,
  dispatcherEpoch: BigInt(epoch),
  commands: commands.map(commandToWire),
  givenUp: givenUp.map(({ stationId, generation }) => ({ stationId, connectionGeneration: BigInt(generation) })),
});

const commandToWire = (command: GatewayCommand): gatewayV1.StationCommand => ({
  commandId: command.commandId,
  seq: BigInt(command.seq),
  stationId: command.stationId,
  connectionGeneration: BigInt(command.connectionGeneration),
  notAfterMs: BigInt(Math.round(command.notAfterMs)),
  action: { $case: 'setChargingProfile', value: profileToWire(command.profile) },
});

const questionToWire = (question: GatewayQuestion, notAfterMs: number): gatewayV1.StationCommand => ({
  commandId: question.commandId,
  seq: BigInt(question.seq),
  stationId: question.stationId,
  connectionGeneration: BigInt(question.connectionGeneration),
  notAfterMs: BigInt(Math.round(notAfterMs)),
  action: actToWire(question.act),
});

function actToWire(act: Act): NonNullable<gatewayV1.StationCommand['action']> {
  switch (act.kind) {
    case 'read-capabilities':
      return { $case: 'readCapabilities', value: { setpointEvses: [...(act.setpointEvses ?? [])] } };
    case 'trigger-sample':
      return { $case: 'triggerSample', value: { evse: act.evse } };
    case 'read-composite':
      return { $case: 'readComposite', value: { evse: act.evse, ...rateUnitOf(act.unit), durationS: act.durationS } };
    case 'read-profiles':
      return { $case: 'readProfiles', value: { requestId: act.requestId } };
    case 'stop-transaction':
      return { $case: 'stopTransaction', value: { transactionId: act.transactionId } };
    case 'set-availability':
      return { $case: 'setAvailability', value: { evse: act.evse, operative: act.operative } };
    default:
      return assertNever(act);
  }
}

const rateUnitOf = (unit: 'A' | 'W' | undefined): Pick<gatewayV1.ReadComposite, 'rateUnit'> =>
  unit === undefined ? {} : { rateUnit: gatewayV1.RateUnit[unit] };

/** Exported for its test: the one place where a limit becomes a message. */
export const profileToWire = (profile: ProfilePlan): gatewayV1.SetChargingProfile => ({
  evse: profile.evse,
  profileId: profile.profileId,
  stackLevel: profile.stackLevel,
  purpose: profile.purpose === 'lease' ? gatewayV1.ProfilePurpose.TX : gatewayV1.ProfilePurpose.TX_DEFAULT,
  transactionId: profile.lease?.transactionId ?? '',
  startScheduleMs:
    profile.lease?.startScheduleMs === undefined ? undefined : BigInt(Math.round(profile.lease.startScheduleMs)),
  durationS: profile.lease?.durationS,
  ...(profile.lease?.maxOfflineS === undefined ? {} : { maxOfflineS: profile.lease.maxOfflineS }),
  ...(profile.lease?.isDynamic === true ? { dynamic: true } : {}),
  ...(profile.lease?.isUpdate === true ? { update: true } : {}),
  periods: profile.periods.map(({ startS, amount, numberPhases = 0, discharge }) =>
    profile.unit === 'A'
      ? { startS, limitDeciA: amount, numberPhases, ...(discharge === undefined ? {} : { dischargeDeciA: discharge }) }
      : {
          ...{ startS, limitDeciA: 0, limitW: BigInt(amount), numberPhases },
          ...(discharge === undefined ? {} : { dischargeW: BigInt(discharge) }),
        },
  ),
  ...(profile.unit === 'A' ? {} : { rateUnit: gatewayV1.RateUnit.W }),
});

function verdictOf(wire: gatewayV1.CommandVerdict | undefined): Verdict {
  if (wire === undefined) return { kind: 'unknown', why: 'the gateway gave no verdict on it', isSilent: false };
  const { Verdict: V } = gatewayV1;
  const never = (why: string, isFenced = false): Verdict => ({
    kind: 'never-written',
    why: wire.detail === '' ? why : `${why}: ${wire.detail}`,
    isFenced,
  });
  switch (wire.verdict) {
    case V.WRITTEN:
    case V.ALREADY_WRITTEN:
      return { kind: 'written' };
    case V.NOT_CONNECTED:
      return never('not connected');
    case V.GENERATION:
      return never('another connection');
    case V.EPOCH:
      return never('a newer epoch is known', true);
    case V.STALE_SEQ:
      return never('a newer command went ahead');
    case V.TOO_LATE:
      return never('too late');
    case V.REFUSED:
      return never('refused by the gateway');
    default:
      return { kind: 'unknown', why: `verdict ${wire.verdict} is not known here`, isSilent: false };
  }
}
