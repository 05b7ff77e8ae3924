import { registryV1 } from '@headroom/contracts';
import { siteId, type StationId } from '@headroom/kernel';
import type { AuthorizationStatus } from '@headroom/ocpp';
import type { RpcNetwork } from '@headroom/rpc';
import type { Registry } from '../../ports.ts';

/** Real milliseconds: a station waits for this. */
const DEADLINE_MS = 1_000;

/** The session registry over rpc. */
export function createRegistry(rpc: RpcNetwork, address: string): Registry {
  // Both are questions: any replica may answer them, twice if need be.
  const client = rpc.client(registryV1.RegistryServiceService, address, {
    repeatable: ['resolveStation', 'authorize'],
  });
  return {
    async resolve(stationId: StationId) {
      try {
        const found = await client.resolveStation({ stationId }, { deadlineMs: DEADLINE_MS });
        return {
          kind: 'known',
          station: {
            stationId,
            ...(found.siteId === '' ? {} : { siteId: siteId(found.siteId) }),
            passwordSalt: found.passwordSalt,
            passwordHash: found.passwordHash,
          },
        };
      } catch (cause) {
        return { kind: codeOf(cause) === 'not-found' ? 'unknown' : 'unavailable' };
      }
    },
    async authorize(stationId, idTokenHash, traceparent) {
      try {
        const options = { deadlineMs: DEADLINE_MS, ...(traceparent === undefined ? {} : { traceparent }) };
        const { status } = await client.authorize({ stationId, idTokenHash }, options);
        return { kind: 'judged', status: statusOf(status) };
      } catch {
        // Whatever the error: the registry has not judged, and that is all the caller must know.
        return { kind: 'unavailable' };
      }
    },
  };
}

const codeOf = (cause: unknown): unknown =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;

function statusOf(status: registryV1.AuthorizationStatus): AuthorizationStatus {
  switch (status) {
    case registryV1.AuthorizationStatus.ACCEPTED:
      return 'accepted';
    case registryV1.AuthorizationStatus.BLOCKED:
      return 'blocked';
    case registryV1.AuthorizationStatus.EXPIRED:
      return 'expired';
    default:
      // A status that this release does not know is no permission (Q6).
      return 'invalid';
  }
}
