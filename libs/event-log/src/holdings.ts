/** One time of owning one shard. */
export interface Tenure {
  readonly shard: number;
  /** Aborted when the shard is lost, or the consumer is dead. */
  readonly over: AbortSignal;
}

/** How a shard is read during one tenure. */
export interface ShardReading {
  /** Begins no other batch. Resolves when none runs. */
  hold(): Promise<void>;
  /** Goes on where it was. */
  go(): void;
}

export interface Holding<Reading extends ShardReading> extends Tenure {
  readonly reading: Reading;
  /** The owner has been told of it. */
  told: boolean;
}

/** The shards that are ours now, and the handlers of lost ones that still run. */
export interface Holdings<Reading extends ShardReading> {
  of(shard: number): Holding<Reading> | undefined;
  /** Ascending. */
  all(): readonly Holding<Reading>[];
  /** Ours from now on, another time perhaps. */
  open(shard: number): Holding<Reading>;
  lose(holding: Holding<Reading>): void;
  /** Resolves when the handlers of earlier tenures of the shard have ended; undefined when none runs. */
  drained(shard: number): Promise<void> | undefined;
  /** Holds everything. Resolves when no handler runs. */
  hold(): Promise<unknown>;
  isIdle(): boolean;
}

export function createHoldings<Reading extends ShardReading>(
  read: (tenure: Tenure) => Reading,
  stop: AbortSignal,
): Holdings<Reading> {
  const current = new Map<number, { readonly holding: Holding<Reading>; readonly over: AbortController }>();
  const draining = new Map<number, Promise<void>>();
  const all = () => [...current.values()].map(({ holding }) => holding).toSorted((a, b) => a.shard - b.shard);
  stop.addEventListener('abort', () => {
    for (const { over } of current.values()) over.abort();
  });

  return {
    all,
    of: (shard) => current.get(shard)?.holding,
    open: (shard) => {
      const over = new AbortController();
      const tenure = { shard, over: over.signal };
      const holding = { ...tenure, reading: read(tenure), told: false };
      current.set(shard, { holding, over });
      return holding;
    },
    lose: (holding) => {
      const { shard, reading } = holding;
      current.get(shard)?.over.abort();
      current.delete(shard);
      const drained = Promise.all([draining.get(shard), reading.hold()]).then(() => {
        if (draining.get(shard) === drained) draining.delete(shard);
      });
      draining.set(shard, drained);
    },
    drained: (shard) => draining.get(shard),
    hold: () => Promise.all([...draining.values(), ...all().map(({ reading }) => reading.hold())]),
    isIdle: () => current.size === 0 && draining.size === 0,
  };
}
