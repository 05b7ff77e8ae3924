import { gatewayV1 } from '@headroom/contracts';
import type { RpcClient, RpcNetwork } from '@headroom/rpc';
import { readTraceparent } from '@headroom/telemetry';
import type { ProfilePlan } from '../../domain/profile-plan.ts';
import type { GatewayBatch, GatewayCommand, Gateways, Verdict } from '../../ports.ts';

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
    { gatewayAddress, traceparent }: Omit<GatewayBatch, 'commands'>,
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

/** Exported for its test: the one place where a limit becomes a message. */
export const profileToWire = (profile: ProfilePlan): gatewayV1.SetChargingProfile => ({
  evse: profile.evse,
  profileId: profile.profileId,
  stackLevel: profile.stackLevel,
  purpose: profile.purpose === 'lease' ? gatewayV1.ProfilePurpose.TX : gatewayV1.ProfilePurpose.TX_DEFAULT,
  transactionId: profile.lease?.transactionId ?? '',
  startScheduleMs: profile.lease === undefined ? undefined : BigInt(Math.round(profile.lease.startScheduleMs)),
  durationS: profile.lease?.durationS,
  periods: [
    { startS: 0, limit: profile.limit },
    ...(profile.lease?.later === undefined ? [] : [profile.lease.later]),
  ].map(({ startS, limit }) => ({ startS, limitDeciA: limit, numberPhases: profile.numberPhases })),
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
