/** The newest `capacity` entries; older ones are forgotten and counted. */
export interface Ring<T> {
  push(item: T): void;
  items(): readonly T[];
  forgotten(): number;
}

export function createRing<T>(capacity: number): Ring<T> {
  let kept: T[] = [];
  let start = 0;
  let forgotten = 0;
  return {
    push(item) {
      kept.push(item);
      if (kept.length - start > capacity) {
        start += 1;
        forgotten += 1;
      }
      // Compacted when half is dead: amortised constant, no index arithmetic at the readers.
      if (start > capacity) {
        kept = kept.slice(start);
        start = 0;
      }
    },
    items: () => kept.slice(start),
    forgotten: () => forgotten,
  };
}
