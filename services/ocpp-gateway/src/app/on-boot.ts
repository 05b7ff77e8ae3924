import type { BootReported } from '@headroom/ocpp';
import { stationFact } from './connection-facts.ts';
import { answerDelayOf } from './slow-ear.ts';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/** Answered from memory, recorded within a second (I5). What we want measured is asked for right behind the answer. */
export function onBoot(deps: HandlerDeps, origin: RequestOrigin, boot: BootReported): Reply {
  const { connection } = origin;
  if (!deps.memory.booted(connection.stationId)) void deps.arrivals.booted(connection.stationId);
  deps.memory.markBooted(connection.stationId);
  deps.memory.setAnswerDelay(connection.stationId, answerDelayOf(boot));
  // Only of one that was asked is it believed that it did not restart.
  const onRequest = connection.life.bootAsked && boot.onRequest;
  deps.recorder.recordLater(stationFact(deps.digests, origin, { kind: 'booted', boot, onRequest }));
  return {
    kind: 'answer',
    answer: { kind: 'boot-accepted', nowMs: deps.clock.nowMs(), heartbeatIntervalS: deps.heartbeatIntervalS },
  };
}
