import type { Solver } from '@headroom/linear-program/highs';
import { IN_LINE, isCone, type Phasor, type SlotRow } from '../site/slotted.ts';
import type { DayProgram, SharedColumn } from './day-program.ts';
import { type Proven, solveProven } from './proven.ts';
import { Tangents } from './tangents.ts';

/** A row that is longer than its capacity by more than this gets another tangent. */
export const CONE_TOLERANCE = 1e-4;
/**
 * And what all rows together are too long comes to no more than this part of all currents (YS1): solutions that are equally good differ in
 * slots that bind nothing, and wander there for ever.
 */
const LOSS = 1e-4;
/** Solutions wander from one gap between tangents to the next: each round closes those they are in, and there are a dozen of them. */
const MAX_ROUNDS = 40;
/** Of tangents that are added together: in the middle between two of them a row is too long by just the tolerance. */
const BESIDE = 2 * Math.acos(1 / (1 + CONE_TOLERANCE));
/** Lengths of the rows that are too long in a slot, as a share of their capacity. */
export type Excess = ReadonlyMap<number, number>;

export interface Built {
  readonly program: DayProgram;
  readonly rows: readonly SlotRow[];
  readonly shared?: SharedColumn;
}

/** Solves a program of a day again and again, with a tangent more wherever the last solution is too long for its row. */
export function solveCut(
  solver: Solver,
  build: (tangents: Tangents) => Built,
  what: string,
): Proven & Built & { readonly excess: Excess } {
  const tangents = new Tangents();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const built = build(tangents);
    const proven = solveProven(solver, built.program.builder.build(), what);
    const { excess, lossA } = tighten(tangents, built, proven.colValue);
    const allA = proven.colValue.reduce((sum, each) => sum + each, 0);
    if (lossA <= LOSS * allA) return { ...proven, ...built, excess };
  }
  throw new Error(`${what}: rows are still too long after ${MAX_ROUNDS} rounds`);
}

/** By the first slot of each span, the row that is too long by the largest share; and by how many amperes they are so in all. */
function tighten(
  tangents: Tangents,
  { program, rows, shared }: Built,
  colValue: Float64Array,
): { readonly excess: Excess; readonly lossA: number } {
  const excess = new Map<number, number>();
  let lossA = 0;
  for (const row of rows) {
    if (!isCone(row)) continue;
    for (const slot of new Set(program.held.filter(({ name }) => name === row.name).map(({ fromSlot }) => fromSlot))) {
      const { x, y } = sumIn(row, slot, (place) => colValue[program.column(place, slot) ?? -1] ?? 0);
      const ofShared = shared === undefined ? 0 : shared.perSlot(slot) * (colValue[shared.column] ?? 0);
      const capacityA = (row.capacityA[slot] ?? 0) - ofShared;
      const length = Math.hypot(x, y);
      if (length <= capacityA) continue;
      lossA += length - capacityA;
      excess.set(slot, Math.max(excess.get(slot) ?? 0, length / Math.max(capacityA, length * CONE_TOLERANCE) - 1));
      if (length <= capacityA * (1 + CONE_TOLERANCE)) continue;
      const angle = Math.atan2(y, x);
      for (const turn of [-BESIDE, 0, BESIDE])
        tangents.add(row.name, slot, { x: Math.cos(angle + turn), y: Math.sin(angle + turn) });
    }
  }
  return { excess, lossA };
}

function sumIn(row: SlotRow, slot: number, currentA: (place: number) => number): Phasor {
  let [x, y] = [0, 0];
  for (const [n, place] of row.members.entries()) {
    const [value, phasor] = [currentA(place), row.phasors?.[n] ?? IN_LINE];
    x += value * phasor.x;
    y += value * phasor.y;
  }
  return { x, y };
}
