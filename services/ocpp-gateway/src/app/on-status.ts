import type { StatusReported } from '@headroom/ocpp';
import { stationFact } from './connection-facts.ts';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/** Answered from memory, recorded within a second (I5). */
export function onStatus(deps: HandlerDeps, origin: RequestOrigin, status: StatusReported): Reply {
  deps.recorder.recordLater(stationFact(deps.digests, origin, { kind: 'status-reported', status }));
  return { kind: 'answer', answer: { kind: 'acknowledged' } };
}
