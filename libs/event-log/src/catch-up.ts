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
