import type { Clock, StationId } from '@headroom/kernel';
import { checkBoost } from '../domain/boost.ts';
import { type Problem, problem } from '../domain/problem.ts';
import type { Boost } from '../domain/session.ts';
import type { ContentName, RegistryStore } from '../ports.ts';
import { placeOf } from './place-of.ts';

export interface PutBoostDeps {
  readonly store: RegistryStore;
  readonly clock: Clock;
  readonly nameOf: ContentName;
}

export interface BoostInput {
  readonly stationId: StationId;
  readonly evse: number;
  readonly boost: Boost;
}

/**
 * C70: lets the car of the transaction that is open at an EVSE come before all others of its site for a while, or ends that. It is told as a
 * fact and kept nowhere else: whoever shares reads it there. Ending one that does not stand is as good. Empty: taken.
 */
export async function putBoost(
  { store, clock, nameOf }: PutBoostDeps,
  { stationId, evse, boost }: BoostInput,
): Promise<readonly Problem[]> {
  const nowMs = clock.nowMs();
  const problems = checkBoost(boost, nowMs);
  if (problems.length > 0) return problems;
  return store.turn(async (turn) => {
    const place = await placeOf(turn, { stationId, evse });
    if (place.kind === 'err') return [place.error];
    const { session, active } = await turn.evse({
      ...place.value,
      transactionId: undefined,
      evseOfTransaction: false,
      nowMs,
    });
    if (session === undefined || active === undefined) {
      if (boost.untilMs === undefined) return [];
      return [problem('no-transaction', `No car charges at EVSE ${evse} of station "${stationId}".`)];
    }
    const { sessionId, siteId } = session;
    const conclusion = { kind: 'boost-set' as const, transactionId: active.transactionId, ...boost };
    const cause = nameOf(['boost', sessionId, String(boost.untilMs ?? 0), String(nowMs)]);
    await turn.saveSession(session, [{ sessionId, siteId, stationId, evse, occurredAtMs: nowMs, conclusion }], cause);
    return [];
  });
}
