import { invariant } from '@headroom/kernel';
import { type Constraint, type Constraints, takenBy } from './flat-constraints.ts';
import type { Ledger } from './ledger.ts';
import { LEVEL_PARTS, type Levels } from './levels.ts';
import { RowHeap } from './row-heap.ts';
import { topUp } from './top-up.ts';

export interface Rising {
  readonly constraints: Constraints;
  readonly levels: Levels;
  /** In which all that rise are at their minimum, and fit. */
  readonly ledger: Ledger;
  /** Who rises. */
  readonly admitted: readonly boolean[];
}

/**
 * FS4: raises all admitted contenders together; whoever meets a full row or its maximum stays there, the others go on.
 *
 * The key of a row is the highest level at which it holds. Whoever stops at a level has no more than it would have at any higher one, so
 * keys only grow, and one that was worked out earlier is a lower bound: rows lie in a heap by their keys, and only that of the top is
 * worked out anew when somebody in it has stopped since. What a row carries is exact at each level, rounding included (`takenBy`): a
 * key is no estimate, and nothing has to be taken back afterwards.
 *
 * @returns what stopped each of them; undefined: its maximum, or it does not rise
 */
export function raiseTogether(rising: Rising): readonly (Constraint | undefined)[] {
  const climb = new Climb(rising);
  for (let level = climb.nextFull(); level !== undefined; level = climb.nextFull()) climb.stopAt(level);
  climb.finish();
  return climb.stoppedBy;
}

class Climb {
  readonly stoppedBy: (Constraint | undefined)[];
  readonly #constraints: Constraints;
  readonly #levels: Levels;
  readonly #ledger: Ledger;
  readonly #rises: Uint8Array;
  /** How many still rise in each row. */
  readonly #climbers: Int32Array;
  /** Has anybody in the row stopped since its key was worked out? */
  readonly #isStale: Uint8Array;
  /** What each member takes at its minimum: so much of it stands in the ledger while it rises. */
  readonly #atMinimum: Float64Array;
  /** A level at which each row holds, and what those who rise take there above their minima: kept true while others stop. */
  readonly #seenAt: Float64Array;
  readonly #seenTaken: Float64Array;
  /** By how much the row fills per level at most, and how much of it may be due to rounding, up to here and from here on. */
  readonly #perLevel: Float64Array;
  readonly #roundings: Float64Array;
  readonly #heap: RowHeap;
  readonly #top: number;

  constructor({ constraints, levels, ledger, admitted }: Rising) {
    this.#constraints = constraints;
    this.#levels = levels;
    this.#ledger = ledger;
    this.stoppedBy = Array.from({ length: admitted.length });
    this.#rises = new Uint8Array(admitted.length);
    const rows = constraints.list.length;
    this.#climbers = new Int32Array(rows);
    this.#isStale = new Uint8Array(rows).fill(1);
    this.#atMinimum = new Float64Array(constraints.contenders.length);
    this.#seenTaken = new Float64Array(rows);
    this.#perLevel = new Float64Array(rows);
    this.#roundings = new Float64Array(rows);
    let lowest = Infinity;
    let top = -Infinity;
    admitted.forEach((isAdmitted, i) => {
      if (!isAdmitted) return;
      this.#rises[i] = 1;
      lowest = Math.min(lowest, levels.lowest(i));
      top = Math.max(top, levels.highest(i));
    });
    this.#top = top;
    for (let row = 0; row < rows; row += 1) {
      for (let m = constraints.starts[row] ?? 0; m < (constraints.starts[row + 1] ?? 0); m += 1) {
        const i = constraints.contenders[m] ?? 0;
        if (this.#rises[i] === 0) continue;
        this.#count(row, m, 1);
        this.#atMinimum[m] = takenBy(constraints, m, levels.minimum(i));
      }
    }
    this.#seenAt = new Float64Array(rows).fill(lowest);
    this.#heap = new RowHeap(rows, lowest);
  }

  /** The next level above which a row no longer holds; undefined: all the others hold with everybody at their maximum. */
  nextFull(): number | undefined {
    for (let row = this.#heap.top(); row !== undefined; row = this.#heap.top()) {
      const known = this.#heap.keyOf(row);
      if (this.#isStale[row] === 0) return known;
      const bound = Math.max(known, this.#lowerBound(row));
      // Not its turn yet, and perhaps it never will be.
      const isLater = bound > known && bound > this.#heap.second();
      const key = bound >= this.#top ? undefined : isLater ? bound : this.#highestHolding(row, bound);
      if (!isLater) this.#isStale[row] = 0;
      if (key === undefined) this.#heap.pop();
      else this.#heap.growTop(key);
    }
    return undefined;
  }

  /** Stops whoever takes of the rows that are full at this level. */
  stopAt(level: number): void {
    const full: number[] = [];
    for (let next = this.nextFull(); next === level; next = this.nextFull()) {
      full.push(this.#heap.top() ?? 0);
      this.#heap.pop();
    }
    const stopped = full.toSorted((a, b) => a - b).flatMap((row) => this.#stopIn(row, level));
    invariant(stopped.length > 0, 'a round of the fill stopped nobody');
    // What is left of a full row goes to those it stopped, before others take it by another row. All rows but the full ones hold at
    // the next level with everybody: whatever stands in the ledger of those who go on rising, they forbid nothing here.
    const upTo = (i: number): number => this.#levels.at(i, level + 1);
    topUp(
      stopped.toSorted((a, b) => a - b),
      upTo,
      this.#ledger,
    );
    for (const row of full) if ((this.#climbers[row] ?? 0) > 0) this.#heap.push(row, level + 1);
  }

  /** Nothing stands in the way of the rest. */
  finish(): void {
    this.#rises.forEach((rises, i) => {
      if (rises === 1) this.#ledger.give(i, this.#levels.maximum(i));
    });
  }

  #stopIn(row: number, level: number): readonly number[] {
    const { starts, contenders, list } = this.#constraints;
    const stopped: number[] = [];
    for (let m = starts[row] ?? 0; m < (starts[row + 1] ?? 0); m += 1) {
      const i = contenders[m] ?? 0;
      if (this.#rises[i] === 0 || takenBy(this.#constraints, m, this.#levels.at(i, level + 1)) === 0) continue;
      const current = this.#levels.at(i, level);
      if (current < this.#levels.maximum(i)) this.stoppedBy[i] = list[row];
      this.#stop(i, current);
      stopped.push(i);
    }
    return stopped;
  }

  #stop(i: number, current: number): void {
    const { places, rowsOf, membersOf } = this.#constraints;
    this.#rises[i] = 0;
    this.#ledger.give(i, current);
    for (let place = places[i] ?? 0; place < (places[i + 1] ?? 0); place += 1) {
      const row = rowsOf[place] ?? 0;
      const m = membersOf[place] ?? 0;
      const seen =
        takenBy(this.#constraints, m, this.#levels.at(i, this.#seenAt[row] ?? 0)) - (this.#atMinimum[m] ?? 0);
      this.#seenTaken[row] = (this.#seenTaken[row] ?? 0) - seen;
      this.#count(row, m, -1);
      this.#isStale[row] = 1;
    }
  }

  /** What is left in a row for those who rise in it, above their minima. */
  #roomOf(row: number): number {
    return (this.#constraints.rooms[row] ?? 0) - this.#ledger.used(row);
  }

  /** Somebody begins to rise in a row (1), or no longer does (-1). */
  #count(row: number, m: number, by: 1 | -1): void {
    const { contenders, coefficients } = this.#constraints;
    const coefficient = coefficients[m] ?? 0;
    this.#climbers[row] = (this.#climbers[row] ?? 0) + by;
    this.#perLevel[row] = (this.#perLevel[row] ?? 0) + by * coefficient * this.#levels.weight(contenders[m] ?? 0);
    this.#roundings[row] = (this.#roundings[row] ?? 0) + by * (coefficient + 1);
  }

  /** A level at which the row surely holds: nobody rises faster than by its weight, but for its rounding. */
  #lowerBound(row: number): number {
    const free = this.#roomOf(row) - (this.#seenTaken[row] ?? 0) - (this.#roundings[row] ?? 0);
    if (free <= 0) return -Infinity;
    return (this.#seenAt[row] ?? 0) + Math.floor((free / (this.#perLevel[row] ?? 0)) * LEVEL_PARTS);
  }

  /** The key of a row that holds at `from`; undefined: it holds at every level. */
  #highestHolding(row: number, from: number): number | undefined {
    const room = this.#roomOf(row);
    let fails = this.#top;
    let takenAtFails = this.#takenAt(row, fails);
    if ((this.#climbers[row] ?? 0) === 0 || takenAtFails <= room) return undefined;
    let taken = this.#takenAt(row, from);
    this.#see(row, from, taken);
    let holds = from;
    // By interpolation, for what a row carries grows almost in a straight line; each third time by halves, where it does not.
    for (let n = 0; fails - holds > 1; n += 1) {
      const part = n % 3 === 2 ? 0.5 : (room - taken) / Math.max(1, takenAtFails - taken);
      const level = Math.min(fails - 1, Math.max(holds + 1, holds + Math.floor((fails - holds) * part)));
      const takenHere = this.#takenAt(row, level);
      if (takenHere <= room) {
        holds = Math.min(fails - 1, this.#lastLike(row, level));
        taken = takenHere;
        this.#see(row, level, taken);
      } else {
        fails = Math.max(holds + 1, this.#firstLike(row, level));
        takenAtFails = takenHere;
      }
    }
    return holds;
  }

  #see(row: number, level: number, taken: number): void {
    this.#seenAt[row] = level;
    this.#seenTaken[row] = taken;
  }

  /** What those who rise take of a row at a level, above their minima. */
  #takenAt(row: number, level: number): number {
    const { starts, contenders } = this.#constraints;
    let taken = 0;
    for (let m = starts[row] ?? 0; m < (starts[row + 1] ?? 0); m += 1) {
      const i = contenders[m] ?? 0;
      if (this.#rises[i] === 0) continue;
      taken += takenBy(this.#constraints, m, this.#levels.at(i, level)) - (this.#atMinimum[m] ?? 0);
    }
    return taken;
  }

  /** The last level at which everybody who rises in the row has what he has at this one. */
  #lastLike(row: number, level: number): number {
    const { starts, contenders } = this.#constraints;
    let next = Infinity;
    for (let m = starts[row] ?? 0; m < (starts[row + 1] ?? 0); m += 1) {
      const i = contenders[m] ?? 0;
      if (this.#rises[i] === 1) next = Math.min(next, this.#levels.next(i, level));
    }
    return next - 1;
  }

  /** The first one. */
  #firstLike(row: number, level: number): number {
    const { starts, contenders } = this.#constraints;
    let since = -Infinity;
    for (let m = starts[row] ?? 0; m < (starts[row + 1] ?? 0); m += 1) {
      const i = contenders[m] ?? 0;
      if (this.#rises[i] === 1) since = Math.max(since, this.#levels.since(i, level));
    }
    return since;
  }
}
