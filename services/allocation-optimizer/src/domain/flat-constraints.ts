import { weighed } from '@headroom/site-model';

/** One row as the fill sees it: what the contenders below it may take together. */
export interface Constraint {
  /** Which of the rows of the site. */
  readonly rowIndex: number;
  /** Room in deci-amps for what the members take above what is counted of them. */
  readonly room: number;
  /** The worst cases alone break this row: what is given must fit by itself, and the fallbacks stay counted. */
  readonly overfull: boolean;
  /** What of its members is counted already. `counted`: the base, or what the next car may take, whichever is more. */
  readonly counts: 'counted' | 'fallback' | 'nothing';
}

/**
 * Constraints and their members as flat arrays. The members of constraint `c` lie in `[starts[c], starts[c + 1])`: contender
 * `contenders[m]` counts there with `coefficients[m]`, above what is `counted[m]` of it. The other way round contender `i` is in the
 * constraints `rowsOf[p]` as their members `membersOf[p]` for `p` in `[places[i], places[i + 1])`, in ascending order. All of it stays
 * as it was built.
 */
export interface Constraints {
  readonly list: readonly Constraint[];
  readonly rooms: Float64Array;
  readonly starts: Int32Array;
  readonly contenders: Int32Array;
  readonly coefficients: Float64Array;
  readonly counted: Float64Array;
  readonly places: Int32Array;
  readonly rowsOf: Int32Array;
  readonly membersOf: Int32Array;
}

/** Takes constraints one after the other, each with its members. */
export class ConstraintsBuilder {
  readonly #contenderCount: number;
  readonly #list: Constraint[] = [];
  readonly #starts: number[] = [];
  #contenders: Int32Array;
  #coefficients: Float64Array;
  #counted: Float64Array;
  #count = 0;

  /** @param capacity members for which there is room at first; it grows */
  constructor(contenderCount: number, capacity: number) {
    this.#contenderCount = contenderCount;
    this.#contenders = new Int32Array(capacity);
    this.#coefficients = new Float64Array(capacity);
    this.#counted = new Float64Array(capacity);
  }

  begin(constraint: Constraint): void {
    this.#list.push(constraint);
    this.#starts.push(this.#count);
  }

  /** A member of the constraint that was begun last. */
  add(contender: number, coefficient: number, counted: number): void {
    if (this.#count === this.#contenders.length) this.#grow();
    this.#contenders[this.#count] = contender;
    this.#coefficients[this.#count] = coefficient;
    this.#counted[this.#count] = counted;
    this.#count += 1;
  }

  build(): Constraints {
    const contenders = this.#contenders.subarray(0, this.#count);
    const starts = Int32Array.from([...this.#starts, this.#count]);
    return {
      list: this.#list,
      rooms: Float64Array.from(this.#list, ({ room }) => room),
      starts,
      contenders,
      coefficients: this.#coefficients.subarray(0, this.#count),
      counted: this.#counted.subarray(0, this.#count),
      ...byContender(this.#contenderCount, starts, contenders),
    };
  }

  #grow(): void {
    const capacity = Math.max(8, this.#contenders.length * 2);
    const [contenders, coefficients, counted] = [this.#contenders, this.#coefficients, this.#counted];
    this.#contenders = new Int32Array(capacity);
    this.#coefficients = new Float64Array(capacity);
    this.#counted = new Float64Array(capacity);
    this.#contenders.set(contenders);
    this.#coefficients.set(coefficients);
    this.#counted.set(counted);
  }
}

function byContender(
  count: number,
  starts: Int32Array,
  contenders: Int32Array,
): Pick<Constraints, 'places' | 'rowsOf' | 'membersOf'> {
  const places = new Int32Array(count + 1);
  for (const contender of contenders) places[contender + 1] = (places[contender + 1] ?? 0) + 1;
  for (let i = 1; i <= count; i += 1) places[i] = (places[i] ?? 0) + (places[i - 1] ?? 0);
  const next = places.slice();
  const rowsOf = new Int32Array(contenders.length);
  const membersOf = new Int32Array(contenders.length);
  for (let c = 0; c + 1 < starts.length; c += 1) {
    for (let member = starts[c] ?? 0; member < (starts[c + 1] ?? 0); member += 1) {
      const contender = contenders[member] ?? 0;
      const place = next[contender] ?? 0;
      rowsOf[place] = c;
      membersOf[place] = member;
      next[contender] = place + 1;
    }
  }
  return { places, rowsOf, membersOf };
}

/** What a member takes of its constraint's room at `current`. */
export const takenBy = ({ coefficients, counted }: Constraints, member: number, current: number): number =>
  Math.max(0, weighed(coefficients[member] ?? 0, current) - (counted[member] ?? 0));
