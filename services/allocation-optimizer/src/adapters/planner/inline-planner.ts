import { openHighs } from '@headroom/linear-program/highs';
import { makePlan } from '../../domain/planning/make-plan.ts';
import type { Planner, PlanOutcome } from '../../ports.ts';

/** Solves are never given up for time here, only when something is badly wrong: a limit in real time would let chance in. */
const GIVE_UP_AFTER_S = 600;

/**
 * Plans in the thread of whoever asks, at the instant at which he does: for simulations and tools, where the same question must have the
 * same plan at the same virtual time. It blocks: a service takes the one with a thread of its own (HI-20).
 */
export async function openInlinePlanner(): Promise<Planner> {
  const solver = await openHighs();
  return {
    plan: async (question, names): Promise<PlanOutcome> =>
      makePlan(question, names, (program) => solver.solve(program, { timeLimitS: GIVE_UP_AFTER_S }).claimed),
    get stats() {
      return { memoryBytes: solver.memoryBytes(), solvedInMs: 0, replacedWorkers: 0, waiting: 0 };
    },
    stop: () => Promise.resolve(),
  };
}
