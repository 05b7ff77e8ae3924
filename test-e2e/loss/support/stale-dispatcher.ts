import { gatewayV1 } from '@headroom/contracts';
import { createGrpcNetwork } from '@headroom/rpc';
import type { Place } from './shard-log.ts';

export interface StaleCommand {
  readonly shard: number;
  readonly epoch: number;
  readonly seq: number;
  readonly stationId: string;
  readonly limitDeciA: number;
  readonly transactionId: string;
}

const DEADLINE_MS = 5_000;
const LEASE_S = 60;
/** As a dispatcher numbers the lease of EVSE 1. */
const LEASE_PROFILE = { evse: 1, profileId: 12, stackLevel: 1, purpose: gatewayV1.ProfilePurpose.TX };

/**
 * Speaks to a real gateway as a dispatcher that does not know that it is one no more, and would fence itself by nothing: the
 * connection is the one that stands, the time is not over, the seq is new. Only the epoch tells.
 */
export async function sendAs(
  place: Place,
  { shard, epoch, seq, stationId, limitDeciA, transactionId }: StaleCommand,
): Promise<gatewayV1.Verdict | undefined> {
  const network = createGrpcNetwork();
  try {
    const answer = await network.client(gatewayV1.GatewayServiceService, place.gatewayAddress).sendBatch(
      {
        ...{ shard, dispatcherEpoch: BigInt(epoch), givenUp: [] },
        commands: [
          {
            // As a dispatcher names it: the tap at the station's socket reads it.
            commandId: `l1-${limitDeciA}-${shard}-${epoch}-${seq}`,
            seq: BigInt(seq),
            stationId,
            connectionGeneration: place.generation,
            notAfterMs: BigInt(Date.now() + DEADLINE_MS),
            action: {
              $case: 'setChargingProfile',
              value: {
                ...{ ...LEASE_PROFILE, transactionId },
                ...{ startScheduleMs: BigInt(Date.now()), durationS: LEASE_S },
                periods: [{ startS: 0, limitDeciA, numberPhases: 3 }],
              },
            },
          },
        ],
      },
      { deadlineMs: DEADLINE_MS },
    );
    return answer.verdicts[0]?.verdict;
  } finally {
    await network.close();
  }
}
