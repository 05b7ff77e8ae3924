import type { Clock, StationId } from '@headroom/kernel';
import { type RequestWords, requestOfWords } from '../domain/battery-words.ts';
import { checkRequest, PENDING_REQUEST_MS } from '../domain/charging-request.ts';
import type { Problem } from '../domain/problem.ts';
import type { ContentName, RegistryStore } from '../ports.ts';
import { placeOf } from './place-of.ts';

export interface PutChargingRequestDeps {
  readonly store: RegistryStore;
  readonly clock: Clock;
  readonly nameOf: ContentName;
}

export interface ChargingRequestInput {
  readonly stationId: StationId;
  readonly evse: number;
  readonly request: RequestWords;
}

/** What a driver wants, for the session there now, else for the next one within ten minutes. Empty: taken. */
export async function putChargingRequest(
  { store, clock, nameOf }: PutChargingRequestDeps,
  { stationId, evse, request: words }: ChargingRequestInput,
): Promise<readonly Problem[]> {
  const nowMs = clock.nowMs();
  const said = requestOfWords(words);
  if (said.kind === 'err') return said.error;
  const request = said.value;
  const problems = checkRequest(request, nowMs);
  if (problems.length > 0) return problems;
  return store.turn(async (turn) => {
    const place = await placeOf(turn, { stationId, evse });
    if (place.kind === 'err') return [place.error];
    const { session } = await turn.evse({ ...place.value, transactionId: undefined, evseOfTransaction: false, nowMs });
    if (session === undefined) {
      await turn.savePendingRequest({ stationId, evse, request, expiresAtMs: nowMs + PENDING_REQUEST_MS });
      return [];
    }
    const { sessionId, siteId } = session;
    const conclusion = { kind: 'charging-requested' as const, request };
    const cause = nameOf(['charging-request', sessionId, String(nowMs)]);
    const fact = { sessionId, siteId, stationId, evse, occurredAtMs: nowMs, conclusion };
    await turn.saveSession({ ...session, request }, [fact], cause);
    return [];
  });
}
