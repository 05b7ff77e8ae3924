/** Since when control may not have been whole, for the judge of rises that nobody could answer (SI21). */
export interface Health {
  /** Once a second: whether every part of control is up and reachable now. */
  look(nowMs: number, whole: boolean): void;
  /** From when on a rise of the building may still be unanswered. */
  reactionSinceMs(nowMs: number): number;
}

/** Meter period, decision, dispatch, station and car (SI21: up to 10 s; a lost call and its repeat add the rest). */
export const REACTION_MS = 15_000;
/** From the return of the last part until control is back (issue 4: within 10 s), and then it has to react. */
const BACK_WITHIN_MS = 12_000;

export function createHealth(): Health {
  let brokenSinceMs: number | undefined;
  let lastBrokenMs = Number.NEGATIVE_INFINITY;
  return {
    look(nowMs, whole) {
      if (!whole) {
        brokenSinceMs ??= nowMs;
        lastBrokenMs = nowMs;
      } else if (nowMs - lastBrokenMs > BACK_WITHIN_MS + REACTION_MS) brokenSinceMs = undefined;
    },
    reactionSinceMs: (nowMs) => Math.min(nowMs, brokenSinceMs ?? nowMs) - REACTION_MS,
  };
}
