/** Watches a consumer reach the ends that the log had when it began. Says so once. */
export interface CatchUp {
  /** Before this nothing is said: call it once it is known who reads what. Harmless again. */
  begin(): void;
  /** Everything of the partition below `next` is handled. */
  handled(topic: string, partition: number, next: bigint): void;
  /** The partition is read by somebody else. */
  drop(topic: string, partition: number): void;
}

export const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`;

/** `ends`: by `partitionKey`, the offset that the next record will get; partitions with nothing to read are left out. */
export function watchCatchUp(ends: ReadonlyMap<string, bigint>, onCaughtUp: () => void): CatchUp {
  const open = new Map(ends);
  let begun = false;
  let said = false;
  const check = () => {
    if (!begun || said || open.size > 0) return;
    said = true;
    queueMicrotask(onCaughtUp);
  };
  return {
    begin: () => {
      begun = true;
      check();
    },
    handled: (topic, partition, next) => {
      const key = partitionKey(topic, partition);
      const end = open.get(key);
      if (end !== undefined && next >= end) open.delete(key);
      check();
    },
    drop: (topic, partition) => {
      open.delete(partitionKey(topic, partition));
      check();
    },
  };
}

/** Watches one shard reach the ends that its topics had when it was acquired. Says so once. */
export interface ShardCatchUp {
  /** The topic is read from `start`, and stood at `end`. */
  placed(topic: string, start: bigint, end: bigint): void;
  /** Everything of the topic below `next` is handled. */
  handled(topic: string, next: bigint): void;
}

export function watchShard(topics: readonly string[], onCaughtUp: () => void): ShardCatchUp {
  /** Undefined: not placed yet. */
  const open = new Map<string, bigint | undefined>(topics.map((topic) => [topic, undefined]));
  const reach = (topic: string, next: bigint) => {
    const end = open.get(topic);
    if (end === undefined || next < end) return;
    open.delete(topic);
    if (open.size === 0) onCaughtUp();
  };
  return {
    placed: (topic, start, end) => {
      if (!open.has(topic)) return;
      open.set(topic, end);
      reach(topic, start);
    },
    handled: reach,
  };
}
