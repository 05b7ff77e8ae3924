import type { StoredRecord } from './port.ts';

interface Kept {
  readonly record: StoredRecord;
  /** Order of arrival over all partitions of the log. */
  readonly arrival: number;
}

/** One partition in memory, bounded: the oldest records go, in a compacted topic all but the last of each key. */
export interface MemoryPartition {
  append(record: StoredRecord, arrival: number): void;
  /** Up to `limit` records from offset `from` on, in order. */
  read(from: bigint, limit: number): readonly StoredRecord[];
  /** Arrival of the first record from offset `from` on; undefined when there is none. */
  arrivalFrom(from: bigint): number | undefined;
  /** Offset of the oldest record that is kept, or `end` when there is none. */
  start(): bigint;
  /** Offset that the next record will get. */
  end(): bigint;
}

export function createMemoryPartition(cleanup: 'delete' | 'compact', maxRecords: number): MemoryPartition {
  let kept: Kept[] = [];
  let end = 0n;
  let limit = maxRecords;

  const indexFrom = (from: bigint): number => {
    let low = 0;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((kept[middle]?.record.offset ?? from) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const compact = () => {
    const last = new Map(kept.map((each) => [each.record.key, each]));
    kept = kept.filter((each) => last.get(each.record.key) === each);
    // A compacted topic is as large as its keys are many; with room for as much again, compaction stays rare.
    limit = Math.max(maxRecords, 2 * kept.length);
  };

  return {
    append: (record, arrival) => {
      kept.push({ record, arrival });
      end = record.offset + 1n;
      if (kept.length <= limit) return;
      if (cleanup === 'compact') compact();
      else kept.shift();
    },
    read: (from, count) => {
      const first = indexFrom(from);
      return kept.slice(first, first + count).map((each) => each.record);
    },
    arrivalFrom: (from) => kept[indexFrom(from)]?.arrival,
    start: () => kept[0]?.record.offset ?? end,
    end: () => end,
  };
}
