/**
 * Older than this, the last heartbeat says nothing any more: within another second the group may have given our shards away
 * (OW-30, session of 6 s).
 */
export const FRESH_MS = 5_000;

/** Requests by which a member shows that it lives. */
const SIGNS = ['Heartbeat', 'SyncGroup'];

/** Knows how long ago the group last took us for alive, counted from when the sign was sent, not answered (HO-2c). */
export interface Heartbeats {
  /** A request of the client was answered, well or badly, after `durationMs`. */
  answered(apiName: string, durationMs: number): void;
  /** The answer before was a good one. */
  accepted(): void;
  /** The group is about to be joined again. */
  joining(): void;
  /** The good answer was to a sign that was sent after that: the join was given up, and we are who we were. */
  isPastJoin(): boolean;
  isFresh(): boolean;
}

export function watchHeartbeats(monoMs: () => number): Heartbeats {
  let sentMs = Number.NEGATIVE_INFINITY;
  let freshMs = Number.NEGATIVE_INFINITY;
  let joiningMs = Number.NEGATIVE_INFINITY;
  return {
    answered: (apiName, durationMs) => {
      if (SIGNS.includes(apiName)) sentMs = monoMs() - durationMs;
    },
    accepted: () => {
      freshMs = sentMs;
    },
    joining: () => {
      joiningMs = monoMs();
    },
    isPastJoin: () => freshMs > joiningMs,
    isFresh: () => monoMs() - freshMs <= FRESH_MS,
  };
}
