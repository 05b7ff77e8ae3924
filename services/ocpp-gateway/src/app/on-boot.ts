import type { BootReported } from '@headroom/ocpp';
import { stationFact } from './connection-facts.ts';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/** Answered from memory, recorded within a second (I5). What we want measured is asked for right behind the answer. */
export function onBoot(deps: HandlerDeps, origin: RequestOrigin, boot: BootReported): Reply {
  const { connection } = origin;
  deps.memory.markBooted(connection.stationId);
  deps.recorder.recordLater(stationFact(deps.digests, origin, { kind: 'booted', boot }));
  return {
    kind: 'answer',
    answer: { kind: 'boot-accepted', nowMs: deps.clock.nowMs(), heartbeatIntervalS: deps.heartbeatIntervalS },
  };
}
