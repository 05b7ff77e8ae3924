import type { SchedulePulled } from '@headroom/ocpp';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/** 2.1 K28: from what was written on this connection, never from a wish. Nothing is recorded: it changes nothing. */
export function onSchedulePulled(deps: HandlerDeps, origin: RequestOrigin, { profileId }: SchedulePulled): Reply {
  const limit = origin.connection.lastLimits.now(profileId, deps.clock.nowMs());
  return { kind: 'answer', answer: { kind: 'schedule-told', ...(limit === undefined ? {} : { limit }) } };
}
