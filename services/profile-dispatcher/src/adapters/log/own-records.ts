/** Records of one shard that are remembered at most; beyond it they are forgotten, and read like those of others. */
export const MAX_OWN_RECORDS = 20_000;

/**
 * Where the records stand that this process appended in its present tenure of a shard, until they are read back. Their facts
 * were taken in when they were made, so nobody has to decode them.
 */
export interface OwnRecords {
  /** A tenure: what was appended in an earlier one is read like the records of others. */
  begin(shard: number, epoch: number): void;
  /** One of `epoch` stands there. Of a tenure that is over it is not kept. */
  appended(shard: number, epoch: number, offset: bigint): void;
  /** Whether it is one of these, asked once. */
  take(shard: number, offset: bigint): boolean;
}

export function createOwnRecords(): OwnRecords {
  const tenures = new Map<number, { readonly epoch: number; readonly offsets: Set<bigint> }>();
  return {
    begin: (shard, epoch) => {
      if (tenures.get(shard)?.epoch !== epoch) tenures.set(shard, { epoch, offsets: new Set() });
    },
    appended: (shard, epoch, offset) => {
      const tenure = tenures.get(shard);
      if (tenure?.epoch !== epoch) return;
      if (tenure.offsets.size >= MAX_OWN_RECORDS) tenure.offsets.clear();
      tenure.offsets.add(offset);
    },
    take: (shard, offset) => tenures.get(shard)?.offsets.delete(offset) === true,
  };
}
