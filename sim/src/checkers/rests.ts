/** OD3: whoever charged and had to stop rests so long, though there be room for him again, unless nobody else can use it. */
const RESTS_MS = 300_000;
/** After it: a decision, its way, and what others have to let go first. */
const AFTER_REST_MS = 25_000;

/** Which cars charged and had to stop not long ago. */
export interface Rests {
  /** What an EVSE is offered, and what its car would take, A per phase; 0: no car, or a full one. Once a second. */
  look(nowMs: number, evseId: string, offeredA: number, wantsA: number): void;
  isResting(nowMs: number, evseId: string): boolean;
}

export function createRests(): Rests {
  /** Of each car that was offered something: since when it has nothing; undefined: it has. */
  const known = new Map<string, number | undefined>();
  return {
    look(nowMs, evseId, offeredA, wantsA) {
      if (wantsA <= 0) known.delete(evseId);
      else if (offeredA > 0) known.set(evseId, undefined);
      else if (known.has(evseId)) known.set(evseId, known.get(evseId) ?? nowMs);
    },
    isResting(nowMs, evseId) {
      const pausedAtMs = known.get(evseId);
      return pausedAtMs !== undefined && nowMs - pausedAtMs < RESTS_MS + AFTER_REST_MS;
    },
  };
}
