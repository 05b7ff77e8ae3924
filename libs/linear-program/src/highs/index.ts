/** HiGHS, compiled to WebAssembly. `solve` blocks its thread: open it in a worker or a tool, never in a service's event loop. */
export { openHighs, type Solved, type Solver, type SolveLimits, type SolveStatus } from './solver.ts';
