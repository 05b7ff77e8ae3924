const MS_PER_S = 1_000;

/** The pilot of an EVSE: what it says to the car, A per phase. */
export interface Pilot {
  /** From `atMs` on it goes to this. True: it says something else at once. */
  goTo(limitA: number, atMs: number): boolean;
  /** Time passes. True: it says something else than before. */
  moveTo(nowMs: number): boolean;
  saysA(): number;
}

/** @param risesAPerS how fast it rises; infinite: it is there at once. Some take their time (H88). It always falls at once. */
export function createPilot(risesAPerS: number): Pilot {
  let saysA = Number.NaN;
  let towardA = Number.NaN;
  let atMs = 0;
  const say = (nextA: number): boolean => {
    const isOther = nextA !== saysA;
    saysA = nextA;
    return isOther;
  };
  const moveTo = (nowMs: number): boolean => {
    const passedMs = Math.max(0, nowMs - atMs);
    atMs = Math.max(atMs, nowMs);
    return passedMs > 0 && towardA > saysA && say(Math.min(towardA, saysA + (risesAPerS * passedMs) / MS_PER_S));
  };
  return {
    goTo(limitA, nowMs) {
      const hasMoved = moveTo(nowMs);
      towardA = limitA;
      const isThere = Number.isNaN(saysA) || limitA < saysA || risesAPerS === Number.POSITIVE_INFINITY;
      return (isThere && say(limitA)) || hasMoved;
    },
    moveTo,
    saysA: () => saysA,
  };
}
