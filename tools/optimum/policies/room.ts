import { IN_LINE, type SlotRow, type SlottedDay } from '../site/slotted.ts';

/** A row that a session counts in, and how an ampere of it does. */
export interface Counts {
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

/** What is left on each conductor of one slot while currents are given out. */
export class Room {
  readonly #capacityA: Float64Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #rowsOf: readonly (readonly Counts[])[];

  constructor(rows: readonly SlotRow[], rowsOf: readonly (readonly Counts[])[], slot: number) {
    this.#capacityA = Float64Array.from(rows, ({ capacityA }) => capacityA[slot] ?? 0);
    this.#x = new Float64Array(rows.length);
    this.#y = new Float64Array(rows.length);
    this.#rowsOf = rowsOf;
  }

  /** The most that a session may have on top of what it has. */
  forPlace(place: number): number {
    let most = Infinity;
    for (const counts of this.#rowsOf[place] ?? []) most = Math.min(most, this.#inRow(counts));
    return most;
  }

  take(place: number, currentA: number): void {
    for (const { row, x, y } of this.#rowsOf[place] ?? []) {
      this.#x[row] = (this.#x[row] ?? 0) + x * currentA;
      this.#y[row] = (this.#y[row] ?? 0) + y * currentA;
    }
  }

  /** The first row that more was taken of than it has; undefined: none. */
  broken(toleranceA: number): { readonly row: number; readonly sumA: number } | undefined {
    for (const [row, capacityA] of this.#capacityA.entries()) {
      const sumA = Math.hypot(this.#x[row] ?? 0, this.#y[row] ?? 0);
      if (sumA > capacityA + toleranceA) return { row, sumA };
    }
    return undefined;
  }

  /** The largest current that keeps the length of the sum within the capacity: the larger root of a square. */
  #inRow({ row, x, y }: Counts): number {
    const [capacityA, sumX, sumY] = [this.#capacityA[row] ?? 0, this.#x[row] ?? 0, this.#y[row] ?? 0];
    if (y === 0 && sumY === 0) return x > 0 ? (capacityA - sumX) / x : Infinity;
    const [a, half, rest] = [x * x + y * y, sumX * x + sumY * y, sumX * sumX + sumY * sumY - capacityA * capacityA];
    return rest > 0 ? 0 : (Math.sqrt(half * half - a * rest) - half) / a;
  }
}

/** Rows of each session. */
export function rowsByPlace({ sessions, rows }: Pick<SlottedDay, 'sessions' | 'rows'>): readonly (readonly Counts[])[] {
  const of = sessions.map((): Counts[] => []);
  rows.forEach(({ members, phasors }, row) => {
    for (const [n, place] of members.entries()) of[place]?.push({ row, ...(phasors?.[n] ?? IN_LINE) });
  });
  return of;
}
