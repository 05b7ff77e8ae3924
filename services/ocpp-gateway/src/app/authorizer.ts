import type { StationId } from '@headroom/kernel';
import type { AuthorizationStatus } from '@headroom/ocpp';
import type { Span } from '@headroom/telemetry';
import { createBoundedMap } from '../domain/bounded-map.ts';
import type { Registry } from '../ports.ts';

const MAX_REMEMBERED_TOKENS = 50_000;

/** May this token charge at this station? `span`: of what asks; absent: not traced. */
export type Authorize = (
  stationId: StationId,
  idTokenHash: string,
  span: Pick<Span, 'traceparent'> | undefined,
) => Promise<AuthorizationStatus>;

/**
 * Asks the registry each time. While it is away its last answer for this station and token stands; where there is none,
 * the answer is Invalid. Why not let everybody charge: an unknown token may be a stolen or blocked one, and energy given
 * away cannot be taken back, whereas a driver who is refused tries again in a minute. Known drivers are not touched. The
 * transaction is stored either way (R10), so nothing that was charged goes unbilled.
 */
export function createAuthorizer(registry: Registry): Authorize {
  const last = createBoundedMap<string, AuthorizationStatus>(MAX_REMEMBERED_TOKENS);
  return async (stationId, idTokenHash, span) => {
    const key = `${stationId} ${idTokenHash}`;
    const answer = await registry.authorize(stationId, idTokenHash, span?.traceparent);
    if (answer.kind === 'unavailable') return last.get(key) ?? 'invalid';
    last.set(key, answer.status);
    return answer.status;
  };
}
