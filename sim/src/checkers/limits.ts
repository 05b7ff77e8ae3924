import type { SiteRow } from './site-facts.ts';

/** What an operator asked of some rows for a while. */
export interface AskedLimits {
  /** Of one source the newest holds; those of different sources hold side by side. */
  readonly source: string;
  /** A by the name of a row; the others are as the first document says. */
  readonly limitsA: ReadonlyMap<string, number>;
  /** From then on they are as the first document says, by themselves. */
  readonly untilMs: number;
}

/** Which limit of a row holds when, by what the operator asked and what he was answered. */
export interface Limits {
  /** From now on it may hold, whatever becomes of the request. */
  asked(change: AskedLimits): void;
  /** The newest of this source was taken: within this time nothing counts any more that its source said before. */
  answered(nowMs: number, source: string, obeyedWithinMs: number): void;
  /** The highest limit that may hold now, A; the row's own where nobody said anything. */
  of(row: SiteRow, nowMs: number): number;
  /** What is in force at this instant, A: the newest that was taken, or whatever was asked for since. */
  inForce(row: SiteRow, nowMs: number): number;
  /** How many were taken. */
  count(): number;
}

interface Known extends AskedLimits {
  /** What was said before it counts until then; infinite: it was not answered yet. */
  obeyedFromMs: number;
}

export function createLimits(): Limits {
  /** Of each source what may hold, the newest last. */
  const bySource = new Map<string, readonly Known[]>();
  let count = 0;
  const ofKnown = ({ limitsA, untilMs }: Known, { name, limitA }: SiteRow, nowMs: number): number =>
    nowMs < untilMs ? Math.min(limitA, limitsA.get(name) ?? limitA) : limitA;
  /** The highest that those from that one on let the row have. Each row is asked for at each look: nothing is made for it. */
  const mostOf = (known: readonly Known[], from: number, row: SiteRow, nowMs: number): number => {
    let mostA = Number.NEGATIVE_INFINITY;
    for (let n = from; n < known.length; n += 1) {
      const each = known[n];
      if (each !== undefined) mostA = Math.max(mostA, ofKnown(each, row, nowMs));
    }
    return mostA;
  };
  return {
    asked(change) {
      const known = bySource.get(change.source) ?? [NOTHING];
      bySource.set(change.source, [...known, { ...change, obeyedFromMs: Number.POSITIVE_INFINITY }]);
    },
    answered(nowMs, source, obeyedWithinMs) {
      count += 1;
      const newest = bySource.get(source)?.at(-1);
      if (newest !== undefined) newest.obeyedFromMs = nowMs + obeyedWithinMs;
    },
    of(row, nowMs) {
      let leastA = row.limitA;
      for (const [source, known] of bySource) {
        const oldest = known.findLastIndex(({ obeyedFromMs }) => obeyedFromMs <= nowMs);
        const mayHold = oldest > 0 ? known.slice(oldest) : known;
        if (oldest > 0) bySource.set(source, mayHold);
        leastA = Math.min(leastA, mostOf(mayHold, 0, row, nowMs));
      }
      return leastA;
    },
    inForce(row, nowMs) {
      let leastA = row.limitA;
      for (const known of bySource.values()) {
        const newest = known.findLastIndex(({ obeyedFromMs }) => obeyedFromMs < Number.POSITIVE_INFINITY);
        leastA = Math.min(leastA, mostOf(known, Math.max(0, newest), row, nowMs));
      }
      return leastA;
    },
    count: () => count,
  };
}

/** Before anybody said anything. */
const NOTHING: Known = { source: '', limitsA: new Map(), untilMs: Number.POSITIVE_INFINITY, obeyedFromMs: 0 };
