import type { LinearProgram } from './program.ts';

/** What a solver claims: the value of each column, and the price of each row. */
export interface ClaimedSolution {
  readonly colValue: Float64Array;
  /** Change of the objective with the bound of the row that binds; positive at the lower bound, negative at the upper one. */
  readonly rowDual: Float64Array;
}

export type Verdict =
  | {
      readonly kind: 'holds';
      readonly objective: number;
      /** No solution can be better than this. */
      readonly bound: number;
      /** Between the two, relative to the larger of 1 and the objective. */
      readonly gap: number;
      /** How far the worst bound is broken, relative to the larger of 1 and that bound. */
      readonly violation: number;
    }
  | { readonly kind: 'refused'; readonly code: Refusal; readonly why: string };

/** `claim`: of another size, or no number; `primal`: a bound is broken; `dual`: the prices prove nothing; `gap`: it is not the best. */
export type Refusal = 'claim' | 'primal' | 'dual' | 'gap';

/** Relative to the larger of 1 and what is compared (VF2, VF3). */
export const TOLERANCE = 1e-6;

/**
 * Whether a claimed solution keeps all bounds and cannot be beaten, from the arrays of the program alone: nothing that the solver
 * says of its own rows, reduced costs or objective is used (allocation VF2, VF3). "Optimal" is a claim, and solvers err.
 */
export function verify(program: LinearProgram, claimed: ClaimedSolution, tolerance = TOLERANCE): Verdict {
  const { colValue, rowDual } = claimed;
  if (colValue.length !== program.columns || rowDual.length !== program.rows)
    return refused('claim', `${colValue.length} columns and ${rowDual.length} rows are told`);
  if (!colValue.every(Number.isFinite) || !rowDual.every(Number.isFinite))
    return refused('claim', 'a value is no number');
  const { activity, reduced, objective } = productsOf(program, claimed);
  const broken = worstOf(program, colValue, activity);
  if (broken.by > tolerance) return refused('primal', `${broken.what} is broken by ${broken.by}`);
  const prices: DualSum = { bound: 0, unproven: undefined };
  const { rowLower, rowUpper, colLower, colUpper, colCost } = program;
  rowDual.forEach((price, row) => {
    count(prices, { price, lower: at(rowLower, row), upper: at(rowUpper, row), slack: tolerance, what: `row ${row}` });
  });
  reduced.forEach((price, column) => {
    const slack = tolerance * Math.max(1, Math.abs(at(colCost, column)));
    const [lower, upper] = [at(colLower, column), at(colUpper, column)];
    count(prices, { price, lower, upper, slack, what: `column ${column}` });
  });
  if (prices.unproven !== undefined) return refused('dual', `${prices.unproven} has a price without a bound`);
  const gap = (objective - prices.bound) / Math.max(1, Math.abs(objective));
  if (Math.abs(gap) > tolerance) return refused('gap', `${objective} where ${prices.bound} may be reached`);
  return { kind: 'holds', objective, bound: prices.bound, gap, violation: broken.by };
}

const refused = (code: Refusal, why: string): Verdict => ({ kind: 'refused', code, why });
const at = (values: Float64Array | Int32Array, index: number): number => values[index] ?? 0;

interface Products {
  /** A x, by row. */
  readonly activity: Float64Array;
  /** c - A' y, by column. */
  readonly reduced: Float64Array;
  readonly objective: number;
}

function productsOf(program: LinearProgram, { colValue, rowDual }: ClaimedSolution): Products {
  const { starts, indices, values, colCost } = program;
  const activity = new Float64Array(program.rows);
  const reduced = Float64Array.from(colCost);
  let objective = 0;
  for (let column = 0; column < program.columns; column += 1) {
    const x = at(colValue, column);
    objective += at(colCost, column) * x;
    for (let entry = at(starts, column); entry < at(starts, column + 1); entry += 1) {
      const row = at(indices, entry);
      const value = at(values, entry);
      activity[row] = at(activity, row) + value * x;
      reduced[column] = at(reduced, column) - value * at(rowDual, row);
    }
  }
  return { activity, reduced, objective };
}

interface Broken {
  readonly by: number;
  readonly what: string;
}

function worstOf(program: LinearProgram, colValue: Float64Array, activity: Float64Array): Broken {
  let worst: Broken = { by: 0, what: '' };
  const look = (values: Float64Array, lower: Float64Array, upper: Float64Array, name: string): void => {
    values.forEach((value, index) => {
      const by = Math.max(
        beyond(at(lower, index) - value, at(lower, index)),
        beyond(value - at(upper, index), at(upper, index)),
      );
      if (by > worst.by) worst = { by, what: `${name} ${index}` };
    });
  };
  look(colValue, program.colLower, program.colUpper, 'column');
  look(activity, program.rowLower, program.rowUpper, 'row');
  return worst;
}

const beyond = (excess: number, bound: number): number =>
  excess <= 0 || !Number.isFinite(bound) ? 0 : excess / Math.max(1, Math.abs(bound));

interface DualSum {
  bound: number;
  /** The first price beyond its slack that meets no bound. */
  unproven: string | undefined;
}

interface Priced {
  readonly price: number;
  readonly lower: number;
  readonly upper: number;
  readonly slack: number;
  readonly what: string;
}

function count(sum: DualSum, { price, lower, upper, slack, what }: Priced): void {
  if (price === 0) return;
  const bound = price > 0 ? lower : upper;
  if (Number.isFinite(bound)) sum.bound += price * bound;
  else if (Math.abs(price) > slack) sum.unproven ??= what;
}
