/** Of each EVSE of a site that shares equally, what its car took of its own share. */
export interface OwnShares {
  /** One second of a car: what it took, and what it could have had, A per phase. */
  look(evseId: string, takenA: number, allowedA: number): void;
  conclude(say: (detail: string) => void): void;
}

/** Of some hundred EVSEs of runs without a planted bug none came below 96 %. */
export const LEAST_OWN = 0.85;
/** Of a shorter time a single hand-over is too much. */
export const LEAST_OWN_SECONDS = 120;

/**
 * A sum over all cars says that the room is used, and not by whom: where one has nothing and its neighbour twice as much, it is the same. So
 * each is held against its own share as well, and what others have beyond theirs makes up for nothing.
 */
export function createOwnShares(): OwnShares {
  const known = new Map<string, { seconds: number; hadA: number; allowedA: number }>();
  return {
    look(evseId, takenA, allowedA) {
      if (allowedA <= 0) return;
      const own = known.get(evseId) ?? { seconds: 0, hadA: 0, allowedA: 0 };
      known.set(evseId, own);
      own.seconds += 1;
      own.hadA += takenA;
      own.allowedA += allowedA;
    },
    conclude(say) {
      for (const [evseId, { seconds, hadA, allowedA }] of known) {
        const share = hadA / allowedA;
        if (seconds < LEAST_OWN_SECONDS || share >= LEAST_OWN) continue;
        say(`${(100 * share).toFixed(1)} % of the share of ${evseId} flowed there, over ${seconds} s`);
      }
    },
  };
}
