/** Rows by key, the least first; of equal keys the one with the lesser number. Keys may grow, if it is told so. */
export class RowHeap {
  readonly #keys: Float64Array;
  readonly #heap: number[];

  /** @param key of all rows `0 .. count - 1` at first */
  constructor(count: number, key: number) {
    this.#keys = new Float64Array(count).fill(key);
    this.#heap = Array.from({ length: count }, (_, row) => row);
  }

  top(): number | undefined {
    return this.#heap[0];
  }

  keyOf(row: number): number {
    return this.#keys[row] ?? Infinity;
  }

  /** The least key below the top; Infinity: there is none. */
  second(): number {
    const [left, right] = [this.#heap[1], this.#heap[2]];
    return Math.min(
      left === undefined ? Infinity : this.keyOf(left),
      right === undefined ? Infinity : this.keyOf(right),
    );
  }

  /** The key of the top has grown. */
  growTop(key: number): void {
    const row = this.#heap[0];
    if (row === undefined) return;
    this.#keys[row] = key;
    this.#sink(row);
  }

  pop(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
  }

  push(row: number, key: number): void {
    this.#keys[row] = key;
    let at = this.#heap.length;
    this.#heap.push(row);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.#heap[above] ?? row;
      if (!this.#isBefore(row, other)) break;
      this.#heap[at] = other;
      at = above;
    }
    this.#heap[at] = row;
  }

  /** Puts a row in the place of the top, then down to where it belongs. */
  #sink(row: number): void {
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const left = this.#heap[below];
      if (left === undefined) break;
      let least = left;
      const right = this.#heap[below + 1];
      if (right !== undefined && this.#isBefore(right, left)) {
        below += 1;
        least = right;
      }
      if (!this.#isBefore(least, row)) break;
      this.#heap[at] = least;
      at = below;
    }
    this.#heap[at] = row;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = (this.#keys[a] ?? 0) - (this.#keys[b] ?? 0);
    return difference < 0 || (difference === 0 && a < b);
  }
}
