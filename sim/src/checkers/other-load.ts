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
  return {
    look(nowMs, load) {
      kept.push({ atMs: nowMs, load });
      // The last one that is old enough says what has stood for all of that time.
      while ((kept[1]?.atMs ?? nowMs) <= nowMs - reactsWithinMs) kept.shift();
      const [l1, l2, l3] = load;
      let [least1, least2, least3] = load;
      for (const { load: each } of kept) {
        if (each[0] < least1) least1 = each[0];
        if (each[1] < least2) least2 = each[1];
        if (each[2] < least3) least3 = each[2];
      }
      return [Math.min(l1, least1 + risesA), Math.min(l2, least2 + risesA), Math.min(l3, least3 + risesA)];
    },
  };
}
