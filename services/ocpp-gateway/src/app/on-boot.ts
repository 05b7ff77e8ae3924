import type { BootReported } from '@headroom/ocpp';
import { stationFact } from './connection-facts.ts';
import { answerDelayOf } from './slow-ear.ts';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/**
 * Durable before it is answered (SI5, H91): whoever was told that its boot is accepted only reconnects from then on (ADR 24), and a
 * boot that is lost with its gateway is never known. What we want measured is asked for right behind the answer.
 */
export async function onBoot(deps: HandlerDeps, origin: RequestOrigin, boot: BootReported): Promise<Reply> {
  const { connection } = origin;
  // Only of one that was asked is it believed that it did not restart.
  const onRequest = connection.life.bootAsked && boot.onRequest;
  const outcome = await deps.recorder.record(stationFact(deps.digests, origin, { kind: 'booted', boot, onRequest }));
  // It waits, and says it again.
  if (outcome === 'unavailable') return { kind: 'silence' };
  if (outcome === 'refused') return { kind: 'refuse', refusal: { kind: 'internal' } };
  if (!deps.memory.booted(connection)) void deps.arrivals.booted(connection);
  deps.memory.markBooted(connection);
  deps.memory.setAnswerDelay(connection.stationId, answerDelayOf(boot));
  return {
    kind: 'answer',
    answer: { kind: 'boot-accepted', nowMs: deps.clock.nowMs(), heartbeatIntervalS: deps.heartbeatIntervalS },
  };
}
