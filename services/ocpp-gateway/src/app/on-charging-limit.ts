import type { ChargingLimitCleared, ChargingLimitNotified } from '@headroom/ocpp';
import { stationFact } from './connection-facts.ts';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';

/** Answered from memory, recorded within a second (I5): it bounds what is worth offering, and no sum rests on it. */
export function onChargingLimit(
  deps: HandlerDeps,
  origin: RequestOrigin,
  notice: ChargingLimitNotified | ChargingLimitCleared,
): Reply {
  const body =
    notice.kind === 'charging-limit-notified' ? { kind: notice.kind, notice } : { kind: notice.kind, notice };
  deps.recorder.recordLater(stationFact(deps.digests, origin, body));
  return { kind: 'answer', answer: { kind: 'acknowledged' } };
}
