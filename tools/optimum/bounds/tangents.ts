import type { Solver } from '@headroom/linear-program/highs';
import { IN_LINE, isCone, type Phasor, type SlotRow } from '../site/slotted.ts';
import type { DayProgram, SharedColumn } from './day-program.ts';
import { type Proven, solveProven } from './proven.ts';

/** A row may be so much longer than its capacity until it gets another tangent (YS1). */
export const CONE_TOLERANCE = 1e-4;
/** Each tangent leaves a quarter of the angle to its neighbours, so a handful does; what needs more goes in circles. */
const MAX_ROUNDS = 20;
/** Where all currents are equal, and where one pair of conductors carries nothing: 30 degrees to either side. */
const SPREAD = (15 * Math.PI) / 180;
const FIRST: readonly Phasor[] = [-2, -1, 0, 1, 2].map((n) => ({ x: Math.cos(n * SPREAD), y: Math.sin(n * SPREAD) }));

/**
 * Directions in which the length of a row is held to its capacity. A sum of arrows is as long as its part in its own direction, and in
 * no direction longer: so they never forbid what the row allows, and the best under them is no less than the best.
 */
export class Tangents {
  readonly #added = new Map<string, Phasor[]>();

  of(name: string, slot: number): readonly Phasor[] {
    return [...FIRST, ...(this.#added.get(keyOf(name, slot)) ?? [])];
  }

  add(name: string, slot: number, direction: Phasor): void {
    const key = keyOf(name, slot);
    this.#added.set(key, [...(this.#added.get(key) ?? []), direction]);
  }
}

const keyOf = (name: string, slot: number): string => `${name} ${slot}`;

export interface Built {
  readonly program: DayProgram;
  readonly rows: readonly SlotRow[];
  readonly shared?: SharedColumn;
}

/** Solves a program of a day again and again, with a tangent more wherever the last solution is too long for its row. */
export function solveCut(solver: Solver, build: (tangents: Tangents) => Built, what: string): Proven & Built {
  const tangents = new Tangents();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const built = build(tangents);
    const proven = solveProven(solver, built.program.builder.build(), what);
    if (!tighten(tangents, built, proven.colValue)) return { ...proven, ...built };
  }
  throw new Error(`${what}: rows are still too long after ${MAX_ROUNDS} rounds`);
}

function tighten(tangents: Tangents, { program, rows, shared }: Built, colValue: Float64Array): boolean {
  let isBroken = false;
  for (const row of rows) {
    if (!isCone(row)) continue;
    for (const slot of new Set(program.held.filter(({ name }) => name === row.name).map(({ fromSlot }) => fromSlot))) {
      let [x, y] = [0, 0];
      for (const [n, place] of row.members.entries()) {
        const column = program.column(place, slot);
        if (column === undefined) continue;
        const [currentA, phasor] = [colValue[column] ?? 0, row.phasors?.[n] ?? IN_LINE];
        x += currentA * phasor.x;
        y += currentA * phasor.y;
      }
      const ofShared = shared === undefined ? 0 : shared.perSlot(slot) * (colValue[shared.column] ?? 0);
      const capacityA = (row.capacityA[slot] ?? 0) - ofShared;
      const length = Math.hypot(x, y);
      if (length <= capacityA * (1 + CONE_TOLERANCE) + CONE_TOLERANCE) continue;
      tangents.add(row.name, slot, { x: x / length, y: y / length });
      isBroken = true;
    }
  }
  return isBroken;
}

/** Slots in which nobody comes or goes and no capacity changes are one: what a car gets in them is all that matters. */
export function spansOf(day: {
  readonly sessions: readonly { readonly first: number; readonly end: number }[];
  readonly rows: readonly SlotRow[];
  readonly slots: number;
}): readonly { readonly fromSlot: number; readonly untilSlot: number }[] {
  const begins = new Set([0]);
  for (const { first, end } of day.sessions) begins.add(first).add(end);
  for (const { capacityA } of day.rows)
    for (let slot = 1; slot < day.slots; slot += 1) if (capacityA[slot] !== capacityA[slot - 1]) begins.add(slot);
  const ascending = [...begins].filter((slot) => slot < day.slots).toSorted((a, b) => a - b);
  return ascending.map((fromSlot, n) => ({ fromSlot, untilSlot: ascending[n + 1] ?? day.slots }));
}
