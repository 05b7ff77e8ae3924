/** The thread in which plans are solved: HiGHS blocks it (HI-20). One question at a time, an answer to each. */
import { parentPort } from 'node:worker_threads';
import { openHighs } from '@headroom/linear-program/highs';
import { makePlan } from '../../domain/planning/make-plan.ts';
import type { PlanAnswer, PlanTask } from './plan-task.ts';

if (parentPort === null) throw new Error('plan-worker is no program of its own');
const port = parentPort;
const solver = await openHighs();

port.on('message', ({ taskId, question, names, deadlineMs }: PlanTask) => {
  const beganMs = performance.now();
  const result = makePlan(question, names, (program) => {
    const leftMs = deadlineMs - (performance.now() - beganMs);
    return leftMs <= 0 ? undefined : solver.solve(program, { timeLimitS: leftMs / 1_000 }).claimed;
  });
  const answer: PlanAnswer = {
    taskId,
    result,
    solvedInMs: performance.now() - beganMs,
    memoryBytes: solver.memoryBytes(),
  };
  port.postMessage(answer);
});
