/** What a site is told of the limits of one circuit, from now to the end of time. */
export interface ToldTimeline {
  readonly circuit: string;
  /** In order. `limitKw` undefined: the grid asks for nothing in this time. */
  readonly segments: readonly ToldSegment[];
}

export interface ToldSegment {
  readonly startMs: number;
  readonly endMs: number;
  readonly limitKw: number | undefined;
}

/** Which limit of the grid holds when, by what stands in the log. */
export interface Timelines {
  /** It can be read from now on; within this time nothing counts any more that was said before it. */
  told(nowMs: number, timeline: ToldTimeline, obeyedWithinMs: number): void;
  /** The highest limit that may hold now, kW; infinite where none need hold. */
  ofKw(circuit: string, nowMs: number): number;
  /** The newest that stands in the log, kW: before anybody had time to act upon it. */
  saidKw(circuit: string, nowMs: number): number;
  /** How many limits were announced. */
  count(): number;
}

interface Known {
  readonly segments: readonly ToldSegment[];
  readonly obeyedFromMs: number;
}

export function createTimelines(): Timelines {
  const byCircuit = new Map<string, readonly Known[]>();
  const announced = new Set<string>();
  const atKw = ({ segments }: Known, nowMs: number): number =>
    segments.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)?.limitKw ?? Number.POSITIVE_INFINITY;
  return {
    told(nowMs, { circuit, segments }, obeyedWithinMs) {
      for (const { startMs, limitKw } of segments)
        if (limitKw !== undefined) announced.add(`${circuit} ${startMs} ${limitKw}`);
      const known = byCircuit.get(circuit) ?? [NOTHING];
      // What is said again was known before, and counts from then on.
      byCircuit.set(circuit, [...known, { segments, obeyedFromMs: nowMs + obeyedWithinMs }]);
    },
    ofKw(circuit, nowMs) {
      const known = byCircuit.get(circuit);
      // Asked for each circuit at each look, and most are never told anything.
      if (known === undefined) return Number.POSITIVE_INFINITY;
      const oldest = known.findLastIndex(({ obeyedFromMs }) => obeyedFromMs <= nowMs);
      const mayHold = known.slice(Math.max(0, oldest));
      if (mayHold.length < known.length) byCircuit.set(circuit, mayHold);
      return Math.max(...mayHold.map((each) => atKw(each, nowMs)));
    },
    saidKw: (circuit, nowMs) => atKw(byCircuit.get(circuit)?.at(-1) ?? NOTHING, nowMs),
    count: () => announced.size,
  };
}

const NOTHING: Known = { segments: [], obeyedFromMs: Number.NEGATIVE_INFINITY };
