import type { EpochMs } from '@headroom/kernel';
import type { Span } from '@headroom/telemetry';
import { factContentKey } from '../domain/content-key.ts';
import type { FactBody, StationFact } from '../domain/facts.ts';
import { withoutTokens } from '../domain/redact.ts';
import type { Digests } from '../ports.ts';
import type { Connection } from './connections.ts';

export interface FactOrigin {
  readonly connection: Pick<Connection, 'stationId' | 'siteId' | 'generation'>;
  readonly receivedAtMs: EpochMs;
  /** As received; empty where no frame gave rise to the fact. */
  readonly frame: string;
  /** Absent: not traced. */
  readonly span?: Pick<Span, 'traceparent'>;
}

/** A fact of one connection. `contentKey` where the body has one of its own. */
export function stationFact(digests: Digests, origin: FactOrigin, body: FactBody, eventId?: string): StationFact {
  const { stationId, siteId, generation } = origin.connection;
  const { receivedAtMs } = origin;
  const traceparent = origin.span?.traceparent;
  return {
    stationId,
    ...(siteId === undefined ? {} : { siteId }),
    generation,
    receivedAtMs,
    rawFrame: withoutTokens(origin.frame, digests.idTokenHash),
    eventId: eventId ?? digests.sha256Hex(factContentKey(stationId, generation, receivedAtMs, body)),
    body,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
