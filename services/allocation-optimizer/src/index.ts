/**
 * Decides, for each site and many times a second, how much current every car may draw, and says why. To change how a
 * site shares its current, write a policy beside `domain/policies/equal-share.ts`; limits, minima and steadiness are
 * not a policy's business. It refuses to talk to stations, and to decide before it has read its inputs to their end.
 */
export {
  assembleAllocationOptimizer,
  DEFAULT_PLANNER_CONFIG,
  openInlinePlanner,
  type Ownership,
  WorkerPlanner,
} from './assemble.ts';
export {
  type AllocationOptimizerConfig,
  DEFAULT_ALLOCATION_OPTIMIZER_CONFIG,
  type RawAllocationOptimizerConfig,
  readEnv,
  toConfig,
} from './config.ts';
export type { Planner } from './ports.ts';
// The pure core, for whoever measures how well it shares (tools/optimum, tools/what-if).
export { type BillingMemory, drawnUntil } from './domain/billing-memory.ts';
export { type ControlMemory, EMPTY_MEMORY } from './domain/control-memory.ts';
export { decide } from './domain/decide.ts';
export { evolve } from './domain/evolve.ts';
export type { Fact } from './domain/facts.ts';
export { keptOf } from './domain/planning/kept-plan.ts';
export { makePlan } from './domain/planning/make-plan.ts';
export { tariffOf } from './domain/planning/plan-money.ts';
export { questionNow } from './domain/planning/question-now.ts';
export { bearsOnDecision, quietUntil, rested } from './domain/quiet.ts';
export { EMPTY_SITE_STATE, type SiteState } from './domain/site-state.ts';
