import { type Constraint, type Constraints, takenBy } from './flat-constraints.ts';

/** What is given so far, and how full each constraint is with it. Mutable, private to one decision. */
export class Ledger {
  readonly #constraints: Constraints;
  readonly #used: Float64Array;
  readonly #given: Float64Array;
  /** What each member takes of its constraint with what it was given. */
  readonly #taken: Float64Array;

  constructor(constraints: Constraints, contenders: number) {
    this.#constraints = constraints;
    this.#used = new Float64Array(constraints.list.length);
    this.#given = new Float64Array(contenders);
    this.#taken = new Float64Array(constraints.contenders.length);
  }

  /** The same once more, to go on from. */
  copy(): Ledger {
    const other = new Ledger(this.#constraints, this.#given.length);
    other.#used.set(this.#used);
    other.#given.set(this.#given);
    other.#taken.set(this.#taken);
    return other;
  }

  given(index: number): number {
    return this.#given[index] ?? 0;
  }

  /** Of the room of a constraint: what all its members take together. */
  used(constraint: number): number {
    return this.#used[constraint] ?? 0;
  }

  /** The fullest constraint that forbids `current`; undefined where it fits. A decrease always fits. */
  obstacle(index: number, current: number): Constraint | undefined {
    const { places, rowsOf, membersOf, rooms, list } = this.#constraints;
    let worst = -1;
    let excess = 0;
    for (let place = places[index] ?? 0; place < (places[index + 1] ?? 0); place += 1) {
      const member = membersOf[place] ?? 0;
      const extra = takenBy(this.#constraints, member, current) - (this.#taken[member] ?? 0);
      if (extra <= 0) continue;
      const row = rowsOf[place] ?? 0;
      const over = (this.#used[row] ?? 0) + extra - (rooms[row] ?? 0);
      if (over > excess) {
        excess = over;
        worst = row;
      }
    }
    return list[worst];
  }

  give(index: number, current: number): void {
    const { places, rowsOf, membersOf } = this.#constraints;
    for (let place = places[index] ?? 0; place < (places[index + 1] ?? 0); place += 1) {
      const [row, member] = [rowsOf[place] ?? 0, membersOf[place] ?? 0];
      const taken = takenBy(this.#constraints, member, current);
      this.#used[row] = (this.#used[row] ?? 0) + taken - (this.#taken[member] ?? 0);
      this.#taken[member] = taken;
    }
    this.#given[index] = current;
  }
}

/** As much of it as fits, in whole deci-amps: less than an entitlement is still better than a minimum. `from` is known to fit. */
export function mostThatFits(
  ledger: Ledger,
  i: number,
  { from, upTo }: { readonly from: number; readonly upTo: number },
): number {
  if (ledger.obstacle(i, upTo) === undefined) return upTo;
  let [fits, fails] = [from, upTo];
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (ledger.obstacle(i, middle) === undefined) fits = middle;
    else fails = middle;
  }
  return fits;
}
