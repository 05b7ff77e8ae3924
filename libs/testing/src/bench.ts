/** What a program of `npm run bench` found. The unit is the last word of each heading; the headings of the first row count. */
export interface BenchTable {
  readonly title: string;
  readonly rows: readonly BenchRow[];
  /** What must be known to read the figures: a sentence each. */
  readonly notes: readonly string[];
  /** What the figures are wanted to be. Said beside them, and never a reason to fail. */
  readonly aims?: readonly BenchAim[];
}

/** One figure and what it is wanted to be, in the same unit. */
export type BenchAim = {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
} & ({ readonly atMost: number } | { readonly atLeast: number });

export type BenchRow = Readonly<Record<string, string | number>>;

/** Hands a table to `npm run bench`. A program that was started by hand prints it. */
export function tellTable(table: BenchTable): Promise<void> {
  if (process.send === undefined) {
    console.table(table.rows);
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    process.send?.(table, (cause) => (cause === null ? resolve() : reject(cause)));
  });
}

/** The least of the values that so large a part of them does not exceed: 0.5 is the median. Undefined for no values. */
export function quantile(values: readonly number[], part: number): number | undefined {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)];
}

/** Time on the wall and of this process's CPU since it was made: other work on the machine lengthens the first only. */
export function stopwatch(): () => { readonly wallMs: number; readonly cpuMs: number } {
  const [beganMs, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs: performance.now() - beganMs, cpuMs: (user + system) / 1_000 };
  };
}
