import { headOf } from '../checkers/wire-profile.ts';
import type { Station } from '../station/station.ts';
import { REACTION_MS } from './health.ts';

/** A gateway waits so long for an answer before it may ask anything else (one outstanding CALL). */
const CALL_TIMEOUT_MS = 30_000;

/** Which stations can be told something, and could have been for the time that a reaction takes. */
export interface Reachable {
  received(stationId: string, text: string): void;
  sent(stationId: string, text: string): void;
  look(station: Station): boolean;
}

export function createReachable(nowMs: () => number): Reachable {
  const onlineSince = new Map<string, number>();
  const unanswered = new Map<string, { readonly messageId: string; readonly atMs: number }>();

  const isBlocked = (stationId: string): boolean => {
    const call = unanswered.get(stationId);
    return call !== undefined && nowMs() - call.atMs < CALL_TIMEOUT_MS + REACTION_MS;
  };
  return {
    received(stationId, text) {
      const { kind, messageId } = headOf(text);
      if (kind === '2') unanswered.set(stationId, { messageId, atMs: nowMs() });
    },
    sent(stationId, text) {
      const { kind, messageId } = headOf(text);
      if (kind !== '2' && unanswered.get(stationId)?.messageId === messageId) unanswered.delete(stationId);
    },
    look(station) {
      const { stationId } = station;
      if (!station.isOnline()) onlineSince.delete(stationId);
      else if (!onlineSince.has(stationId)) onlineSince.set(stationId, nowMs());
      const sinceMs = onlineSince.get(stationId);
      return sinceMs !== undefined && nowMs() - sinceMs >= REACTION_MS && !isBlocked(stationId);
    },
  };
}
