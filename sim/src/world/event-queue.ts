import type { Cancel } from '@headroom/kernel';

export interface QueuedEvent {
  readonly atMs: number;
  readonly event: string;
  readonly act: () => void;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly event: string;
  /** Undefined once it is cancelled: what it held is let go at once, its place when it is due. */
  act: (() => void) | undefined;
}

export interface EventQueue {
  push(atMs: number, event: string, act: () => void): Cancel;
  /** Infinity: nothing is left. */
  nextAtMs(): number;
  pop(): QueuedEvent | undefined;
}

const isBefore = (a: Entry, b: Entry): boolean => (a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs);

/** A binary heap by instant, then by order of asking. */
export function createEventQueue(): EventQueue {
  const heap: Entry[] = [];
  let order = 0;

  /** Puts `entry` where the gap at the end belongs once every parent that comes later has moved down into it. */
  const rise = (entry: Entry): void => {
    let gap = heap.length;
    while (gap > 0) {
      const parentAt = (gap - 1) >>> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[gap] = parent;
      gap = parentAt;
    }
    heap[gap] = entry;
  };
  /** Likewise from the gap at the top: the earlier child of each moves up. */
  const sink = (entry: Entry): void => {
    let gap = 0;
    for (;;) {
      let childAt = 2 * gap + 1;
      let child = heap[childAt];
      if (child === undefined) break;
      const right = heap[childAt + 1];
      if (right !== undefined && isBefore(right, child)) {
        childAt += 1;
        child = right;
      }
      if (!isBefore(child, entry)) break;
      heap[gap] = child;
      gap = childAt;
    }
    heap[gap] = entry;
  };
  const takeFirst = (): Entry | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && last !== first) sink(last);
    return first;
  };
  const dropCancelled = (): void => {
    while (heap[0] !== undefined && heap[0].act === undefined) takeFirst();
  };

  return {
    push(atMs, event, act) {
      order += 1;
      const entry: Entry = { atMs, order, event, act };
      rise(entry);
      return () => {
        entry.act = undefined;
      };
    },
    nextAtMs() {
      dropCancelled();
      return heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
    },
    pop() {
      dropCancelled();
      const entry = takeFirst();
      if (entry?.act === undefined) return undefined;
      return { atMs: entry.atMs, event: entry.event, act: entry.act };
    },
  };
}
