import { type LinearProgram, verify } from '@headroom/linear-program';
import type { Solver } from '@headroom/linear-program/highs';

export interface Proven {
  readonly colValue: Float64Array;
  readonly rowDual: Float64Array;
  readonly objective: number;
  /** What is left between the solution and what no solution can beat; recomputed outside the solver (VF3). */
  readonly gap: number;
}

/** A day is solved in well under a second; what takes longer than this hangs. */
const TIME_LIMIT_S = 120;

/** A yardstick that may be wrong is none: what cannot be proven is an error. */
export function solveProven(solver: Solver, program: LinearProgram, what: string, timeLimitS = TIME_LIMIT_S): Proven {
  const { status, claimed } = solver.solve(program, { timeLimitS });
  if (claimed === undefined) throw new Error(`${what}: ${status}`);
  const verdict = verify(program, claimed);
  if (verdict.kind === 'refused') throw new Error(`${what}: ${verdict.code}, ${verdict.why}`);
  return { ...claimed, objective: verdict.objective, gap: verdict.gap };
}
