/** Runs of one shrinking at most, each a minute or so: beyond it what has been reached stands. */
export const MAX_SHRINK_RUNS = 150;

export interface ShrinkLimits {
  /** Default: `MAX_SHRINK_RUNS`. */
  readonly mostRuns?: number;
  /** Keys of one group are left out together first; default: each is alone. */
  readonly groupOf?: (key: string) => string;
}

export interface Shrunk {
  readonly keys: readonly string[];
  readonly runs: number;
  /** Not one of the keys can be left out any more; false: the runs were used up. */
  readonly isLeast: boolean;
}

/**
 * The least part of `keys` with which `fails` still holds: delta debugging (Zeller, ddmin). Leaves out whole groups, then ever
 * smaller parts, and begins anew with larger ones whenever that worked. `fails(keys)` itself is taken for granted.
 */
export async function shrink(
  keys: readonly string[],
  fails: (some: readonly string[]) => Promise<boolean>,
  { mostRuns = MAX_SHRINK_RUNS, groupOf }: ShrinkLimits = {},
): Promise<Shrunk> {
  let runs = 0;
  let least = keys;
  let parts = 2;
  const holds = async (some: readonly string[]): Promise<boolean> => {
    runs += 1;
    return fails(some);
  };
  // Often it needs no fault at all.
  if (least.length > 0 && mostRuns > 0 && (await holds([]))) return { keys: [], runs, isLeast: true };
  for (const group of groupOf === undefined ? [] : new Set(keys.map(groupOf))) {
    if (runs >= mostRuns) return { keys: least, runs, isLeast: false };
    const without = least.filter((key) => groupOf?.(key) !== group);
    if (without.length > 0 && (await holds(without))) least = without;
  }
  while (least.length > 1) {
    const size = Math.ceil(least.length / parts);
    let smaller: readonly string[] | undefined;
    for (let from = 0; from < least.length && smaller === undefined; from += size) {
      if (runs >= mostRuns) return { keys: least, runs, isLeast: false };
      const without = [...least.slice(0, from), ...least.slice(from + size)];
      if (await holds(without)) smaller = without;
    }
    if (smaller !== undefined) {
      least = smaller;
      parts = Math.max(2, Math.min(parts - 1, least.length));
    } else if (size === 1) return { keys: least, runs, isLeast: true };
    else parts = Math.min(least.length, parts * 2);
  }
  return { keys: least, runs, isLeast: true };
}
