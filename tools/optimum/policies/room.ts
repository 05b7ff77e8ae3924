import type { TightDay } from '../bounds/tight-limit.ts';
import type { SlotRow } from '../site/slotted.ts';

/** What is left on each conductor of one slot while currents are given out. */
export class Room {
  readonly #left: number[];
  readonly #rowsOf: readonly (readonly number[])[];

  constructor(rows: readonly SlotRow[], rowsOf: readonly (readonly number[])[], slot: number) {
    this.#left = rows.map(({ capacityA }) => capacityA[slot] ?? 0);
    this.#rowsOf = rowsOf;
  }

  /** The most that a session may have on top of what it has. */
  forPlace(place: number): number {
    return (this.#rowsOf[place] ?? []).reduce((least, row) => Math.min(least, this.#left[row] ?? 0), Infinity);
  }

  take(place: number, currentA: number): void {
    for (const row of this.#rowsOf[place] ?? []) this.#left[row] = (this.#left[row] ?? 0) - currentA;
  }
}

/** Rows of each session. */
export function rowsByPlace({ sessions, rows }: Pick<TightDay, 'sessions' | 'rows'>): readonly (readonly number[])[] {
  const of = sessions.map((): number[] => []);
  rows.forEach(({ members }, row) => {
    for (const place of members) of[place]?.push(row);
  });
  return of;
}
