import type { PhaseTriple } from './circuits.ts';

export interface OtherLoadOptions {
  /** What its operator says that it rises by at most within a lease, A per phase. */
  readonly risesA: number;
  /** After a rise beyond that, all have made room for it within this time (SI21). */
  readonly reactsWithinMs: number;
}

/** The building as the platform must have made room for it: what goes beyond its operator's word counts once all could react. */
export interface OtherLoad {
  /** What counts of it now. */
  look(nowMs: number, load: PhaseTriple): PhaseTriple;
}

/** Allocation.md 7.6: of a rise nobody was told to expect there is only a bound in time. */
export function createOtherLoad({ risesA, reactsWithinMs }: OtherLoadOptions): OtherLoad {
  const kept: { readonly atMs: number; readonly load: PhaseTriple }[] = [];
  /** Of all that are kept. */
  let least: PhaseTriple | undefined;
  return {
    look(nowMs, load) {
      kept.push({ atMs: nowMs, load });
      least = leastOf(least ?? load, load);
      // The last one that is old enough says what has stood for all of that time.
      while ((kept[1]?.atMs ?? nowMs) <= nowMs - reactsWithinMs) {
        const gone = kept.shift()?.load ?? load;
        // What goes may have been the least: then all that stay are asked.
        if (gone[0] === least[0] || gone[1] === least[1] || gone[2] === least[2])
          least = kept.reduce((sofar, { load: each }) => leastOf(sofar, each), load);
      }
      const [l1, l2, l3] = load;
      const [least1, least2, least3] = least;
      return [Math.min(l1, least1 + risesA), Math.min(l2, least2 + risesA), Math.min(l3, least3 + risesA)];
    },
  };
}

const leastOf = (a: PhaseTriple, b: PhaseTriple): PhaseTriple =>
  b[0] < a[0] || b[1] < a[1] || b[2] < a[2] ? [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.min(a[2], b[2])] : a;
