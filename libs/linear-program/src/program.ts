import { invariant } from '@headroom/kernel';

/**
 * Minimise `cost · x` with `colLower <= x <= colUpper` and `rowLower <= A x <= rowUpper`. The matrix lies column by column: the
 * entries of column j are `indices` and `values` from `starts[j]` to `starts[j + 1]`, its rows ascending and each once. No bound
 * is `Infinity` or `-Infinity`.
 */
export interface LinearProgram {
  readonly columns: number;
  readonly rows: number;
  readonly colCost: Float64Array;
  readonly colLower: Float64Array;
  readonly colUpper: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

export interface ColumnBounds {
  readonly lower?: number;
  readonly upper?: number;
  readonly cost?: number;
}

export interface RowBounds {
  readonly lower?: number;
  readonly upper?: number;
}

/** A program has at most so many columns and rows: a month of one site in steps of five minutes. */
export const MAX_COLUMNS = 400_000;
export const MAX_ROWS = 200_000;
/** And so many entries. */
export const MAX_ENTRIES = 4_000_000;

/** Collects columns, rows and entries in any order. */
export class ProgramBuilder {
  readonly #cost: number[] = [];
  readonly #colLower: number[] = [];
  readonly #colUpper: number[] = [];
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #entryRow: number[] = [];
  readonly #entryColumn: number[] = [];
  readonly #entryValue: number[] = [];

  get columns(): number {
    return this.#cost.length;
  }

  get rows(): number {
    return this.#rowLower.length;
  }

  /** Its index. Without bounds: not negative, and as large as it likes. */
  column({ lower = 0, upper = Infinity, cost = 0 }: ColumnBounds = {}): number {
    invariant(lower <= upper, `a column between ${lower} and ${upper}`);
    invariant(Number.isFinite(cost), `a cost of ${cost}`);
    invariant(this.columns < MAX_COLUMNS, `more than ${MAX_COLUMNS} columns`);
    this.#colLower.push(lower);
    this.#colUpper.push(upper);
    return this.#cost.push(cost) - 1;
  }

  /** Its index. */
  row({ lower = -Infinity, upper = Infinity }: RowBounds): number {
    invariant(lower <= upper, `a row between ${lower} and ${upper}`);
    invariant(this.rows < MAX_ROWS, `more than ${MAX_ROWS} rows`);
    this.#rowUpper.push(upper);
    return this.#rowLower.push(lower) - 1;
  }

  /** Adds to the coefficient of a column in a row. */
  add(row: number, column: number, value: number): void {
    invariant(row >= 0 && row < this.rows && column >= 0 && column < this.columns, `no place ${row}, ${column}`);
    invariant(Number.isFinite(value), `a coefficient of ${value}`);
    invariant(this.#entryRow.length < MAX_ENTRIES, `more than ${MAX_ENTRIES} entries`);
    if (value === 0) return;
    this.#entryRow.push(row);
    this.#entryColumn.push(column);
    this.#entryValue.push(value);
  }

  build(): LinearProgram {
    return {
      columns: this.columns,
      rows: this.rows,
      colCost: Float64Array.from(this.#cost),
      colLower: Float64Array.from(this.#colLower),
      colUpper: Float64Array.from(this.#colUpper),
      rowLower: Float64Array.from(this.#rowLower),
      rowUpper: Float64Array.from(this.#rowUpper),
      ...this.#matrix(),
    };
  }

  #matrix(): Pick<LinearProgram, 'starts' | 'indices' | 'values'> {
    const byRow = countingOrder(this.#entryRow, this.rows);
    const columns = byRow.map((entry) => this.#entryColumn[entry] ?? 0);
    const order = countingOrder(columns, this.columns).map((place) => byRow[place] ?? 0);
    const starts = new Int32Array(this.columns + 1);
    const indices: number[] = [];
    const values: number[] = [];
    let last = { row: -1, column: -1 };
    for (const entry of order) {
      const row = this.#entryRow[entry] ?? 0;
      const column = this.#entryColumn[entry] ?? 0;
      const value = this.#entryValue[entry] ?? 0;
      if (last.row === row && last.column === column) {
        values[values.length - 1] = (values.at(-1) ?? 0) + value;
        continue;
      }
      last = { row, column };
      indices.push(row);
      values.push(value);
      starts[column + 1] = (starts[column + 1] ?? 0) + 1;
    }
    for (let column = 0; column < this.columns; column += 1) {
      starts[column + 1] = (starts[column + 1] ?? 0) + (starts[column] ?? 0);
    }
    return { starts, indices: Int32Array.from(indices), values: Float64Array.from(values) };
  }
}

/** The places of `keys` in ascending order of key, equal ones as they came. Keys are below `size`. */
function countingOrder(keys: readonly number[] | Int32Array, size: number): Int32Array {
  const next = new Int32Array(size + 1);
  for (const key of keys) next[key + 1] = (next[key + 1] ?? 0) + 1;
  for (let key = 0; key < size; key += 1) next[key + 1] = (next[key + 1] ?? 0) + (next[key] ?? 0);
  const order = new Int32Array(keys.length);
  keys.forEach((key, place) => {
    const at = next[key] ?? 0;
    order[at] = place;
    next[key] = at + 1;
  });
  return order;
}
