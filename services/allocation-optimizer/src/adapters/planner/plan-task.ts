import type { PlanResult } from '../../domain/planning/make-plan.ts';
import type { PlanNames } from '../../domain/planning/plan.ts';
import type { PlanQuestion } from '../../domain/planning/question.ts';

/** What goes to the worker. */
export interface PlanTask {
  readonly taskId: number;
  readonly question: PlanQuestion;
  readonly names: PlanNames;
  /** For all levels together. */
  readonly deadlineMs: number;
}

/** And what comes back. */
export interface PlanAnswer {
  readonly taskId: number;
  readonly result: PlanResult;
  readonly solvedInMs: number;
  /** Of the solver; it never shrinks while its thread lives (SV2). */
  readonly memoryBytes: number;
}
