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

  const swap = (i: number, j: number): void => {
    const a = heap[i];
    const b = heap[j];
    if (a === undefined || b === undefined) return;
    heap[i] = b;
    heap[j] = a;
  };
  const before = (i: number, j: number): boolean => {
    const a = heap[i];
    const b = heap[j];
    return a !== undefined && b !== undefined && isBefore(a, b);
  };
  const rise = (from: number): void => {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >>> 1;
      if (!before(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      const least = right < heap.length && before(right, left) ? right : left;
      if (least >= heap.length || !before(least, at)) return;
      swap(at, least);
      at = least;
    }
  };
  const takeFirst = (): Entry | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && last !== first) {
      heap[0] = last;
      sink();
    }
    return first;
  };
  const dropCancelled = (): void => {
    while (heap[0] !== undefined && heap[0].act === undefined) takeFirst();
  };

  return {
    push(atMs, event, act) {
      order += 1;
      const entry: Entry = { atMs, order, event, act };
      heap.push(entry);
      rise(heap.length - 1);
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
