/**
 * Linear programs as plain arrays: built, and claimed solutions verified, by code that knows no solver. Pure. The solver itself
 * is HiGHS, behind `@headroom/linear-program/highs`: only workers and tools open it. It refuses to believe a solver.
 */
export {
  type ColumnBounds,
  type LinearProgram,
  MAX_COLUMNS,
  MAX_ENTRIES,
  MAX_ROWS,
  ProgramBuilder,
  type RowBounds,
} from './program.ts';
export { type ClaimedSolution, type Refusal, TOLERANCE, type Verdict, verify } from './verify.ts';
