import loadHighs, { type Highs, type Model, type ModelStatusCode } from 'highs';
import type { LinearProgram } from '../program.ts';
import type { ClaimedSolution } from '../verify.ts';

export type SolveStatus = 'optimal' | 'infeasible' | 'unbounded-or-infeasible' | 'time-limit' | 'failed';

export interface Solved {
  readonly status: SolveStatus;
  /** Only with `optimal`. A claim: see `verify`. */
  readonly claimed?: ClaimedSolution;
  readonly iterations: number;
}

export interface SolveLimits {
  /** Seconds of wall time after which it gives up. */
  readonly timeLimitS: number;
}

export interface Solver {
  /** Blocks the thread until it is solved or given up. Every solve is a cold one: same program, same solution (SV9). */
  readonly solve: (program: LinearProgram, limits: SolveLimits) => Solved;
  /** Of WebAssembly memory; it never shrinks. */
  readonly memoryBytes: () => number;
}

/** What HiGHS takes for "no bound" (SV3). */
const NO_BOUND = 1e30;
/** Ten times finer than the tolerance of `verify` needs: at 1e-7 a few plans in a hundred fail it (VF3). */
const FEASIBILITY = 1e-9;

// Its types are written for `require`, where the function is a member; `import` gives the function itself.
const load = loadHighs as unknown as typeof loadHighs.default;

export async function openHighs(): Promise<Solver> {
  const highs = await load();
  return {
    solve: (program, limits) => solve(highs, program, limits),
    memoryBytes: () => highs.memoryBytes,
  };
}

function solve(highs: Highs, program: LinearProgram, { timeLimitS }: SolveLimits): Solved {
  // A program without rows or columns is no question to a solver.
  if (program.columns === 0)
    return {
      status: 'optimal',
      claimed: { colValue: new Float64Array(0), rowDual: new Float64Array(program.rows) },
      iterations: 0,
    };
  const model = highs.createModel(dataOf(program));
  try {
    model.options.set('output_flag', false);
    model.options.set('time_limit', timeLimitS);
    model.options.set('primal_feasibility_tolerance', FEASIBILITY);
    model.options.set('dual_feasibility_tolerance', FEASIBILITY);
    model.zeroAllClocks();
    model.run();
    return solvedOf(model);
  } finally {
    // WebAssembly memory is never collected (HI-21).
    model.dispose();
  }
}

function solvedOf(model: Model): Solved {
  const status = statusOf(model.getModelStatus());
  const iterations = Number(model.info.get('simplex_iteration_count'));
  if (status !== 'optimal') return { status, iterations };
  const { colValue, rowDual } = model.getSolution();
  return { status, claimed: { colValue, rowDual }, iterations };
}

function statusOf(code: ModelStatusCode): SolveStatus {
  switch (code) {
    case 7:
      return 'optimal';
    case 8:
      return 'infeasible';
    case 9:
    case 10:
      return 'unbounded-or-infeasible';
    case 13:
      return 'time-limit';
    default:
      return 'failed';
  }
}

const dataOf = (program: LinearProgram) => ({
  numCols: program.columns,
  numRows: program.rows,
  colCost: program.colCost,
  colLower: bounded(program.colLower),
  colUpper: bounded(program.colUpper),
  rowLower: bounded(program.rowLower),
  rowUpper: bounded(program.rowUpper),
  matrix: {
    format: 'csc' as const,
    numRows: program.rows,
    numCols: program.columns,
    starts: program.starts,
    indices: program.indices,
    values: program.values,
  },
});

const bounded = (bounds: Float64Array): Float64Array =>
  bounds.map((bound) => Math.max(-NO_BOUND, Math.min(NO_BOUND, bound)));
