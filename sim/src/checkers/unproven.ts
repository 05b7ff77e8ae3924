/** What an EVSE of a model of which nobody tells is offered, and what its car would take. */
export interface Asks {
  /** Without any limit, A per phase; 0: no transaction, or full. */
  readonly wantsA: number;
  readonly offeredA: number;
}

export interface Unproven {
  look(nowMs: number, stationId: string, asks: Asks): void;
  /** By the word of its dispatcher a lease of the model was seen to end. */
  seen(): void;
  /** Nobody can know yet whether the leases of this station end. */
  isOpen(stationId: string): boolean;
}

const WANTS_MORE_A = 1;
/**
 * A watch as long as it may be with a sample every 20 s: two samples until anybody knows how often they come (40 s), the lease (75 s), its margin (5 s), two
 * samples at the permanent limit behind it (40 s), and the next command with the sample that shows it obeyed (25 s).
 */
const WATCH_MS = 185_000;
/** A watch into which something came, as another limit, is tried again after this. */
const NEXT_WATCH_MS = 300_000;
/** So long one car has to stay, to want more and to be left alone, until the judge of capacity expects its model to be known (ADR 39). */
export const KNOWN_WITHIN_MS = WATCH_MS + NEXT_WATCH_MS;

/**
 * SI28, ADR 39: the leases of a model of which no pack tells are believed to end once one was seen to. Until then it has what fits at rest, and half a minute at its
 * permanent limit while it is watched. A car that goes before a watch is over shows nothing, and one that takes all that it is offered neither: where
 * cars stay for a few minutes nobody could have known more. That is over for the whole model, for good, with the first end that is seen, or with the first car
 * that has had the time for one. Of one site; all such stations there are of one model.
 *
 * @param isOf whether a station is of that model
 * @param struckAt when the last fault fired that may have disturbed a station: that ends its watch
 */
export function createUnproven(
  isOf: (stationId: string) => boolean,
  struckAt: (stationId: string) => number,
): Unproven {
  /** Since when its car wants more, without a break. */
  const sinceMs = new Map<string, number>();
  let isKnown = false;
  return {
    look(nowMs, stationId, { wantsA, offeredA }) {
      if (isKnown || !isOf(stationId)) return;
      if (wantsA <= offeredA + WANTS_MORE_A) {
        sinceMs.delete(stationId);
        return;
      }
      const wantsSinceMs = sinceMs.get(stationId) ?? nowMs;
      sinceMs.set(stationId, wantsSinceMs);
      isKnown = nowMs - Math.max(wantsSinceMs, struckAt(stationId)) >= KNOWN_WITHIN_MS;
    },
    seen() {
      isKnown = true;
    },
    isOpen: (stationId) => !isKnown && isOf(stationId),
  };
}
