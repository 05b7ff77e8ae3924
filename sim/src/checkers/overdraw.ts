import type { EvseNow } from './circuits.ts';

/** An EVSE as it is, by its own book. */
export interface Drawing {
  readonly toldA: number;
  /** What it does in place of that; undefined: it keeps to it. */
  readonly doesA: number | undefined;
  readonly flowA: number;
  readonly isOnline: boolean;
}

/** EVSEs that do not keep to what they are told (H78, H80), and what the others must make of it (SI6). */
export interface Overdraws {
  /**
   * How much of what flows there everybody can have made room for, A: no less than what it was told, and what has flowed ever since all have
   * had their time to react. Undefined: it has kept to what it was told until now.
   */
  look(nowMs: number, evseId: string, now: Drawing): number | undefined;
}

/** Such an EVSE as it counts in a circuit: what nobody can know yet is excused, and no limit takes away what it draws beyond its own. */
export const asItIsKnown = (now: EvseNow, toldA: number, knownA: number): EvseNow => ({
  ...now,
  obeyedA: Math.max(toldA, knownA),
  flowA: Math.min(now.flowA, Math.max(toldA, knownA)),
  hasForgotten: knownA > toldA,
});

interface Seen {
  readonly atMs: number;
  readonly flowA: number;
}

/**
 * "Accepted" is a claim, and what is measured counts from the first sample on. So of a current beyond a limit the others make room for
 * as much as has flowed, and could be measured, for all the time of a reaction. A line that is away measures nothing.
 */
export function createOverdraws(reactsWithinMs: number): Overdraws {
  const seen = new Map<string, readonly Seen[]>();
  return {
    look(nowMs, evseId, { toldA, doesA, flowA, isOnline }) {
      const before = seen.get(evseId);
      if (before === undefined && doesA === undefined) return undefined;
      const all = [...(before ?? []), { atMs: nowMs, flowA: isOnline ? flowA : 0 }];
      // The last one from before the time says what flowed at its beginning.
      const from = Math.max(
        0,
        all.findLastIndex(({ atMs }) => atMs <= nowMs - reactsWithinMs),
      );
      const kept = all.slice(from);
      seen.set(evseId, kept);
      const isWhole = (kept[0]?.atMs ?? nowMs) <= nowMs - reactsWithinMs;
      const leastA = isWhole ? Math.min(...kept.map((each) => each.flowA)) : 0;
      return Math.max(leastA, Math.min(flowA, toldA));
    },
  };
}
