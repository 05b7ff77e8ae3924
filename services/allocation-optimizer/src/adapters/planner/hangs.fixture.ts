/** A thread in a solver that never comes back; a question of the site `gentle` is answered. */
import { parentPort } from 'node:worker_threads';
import type { PlanTask } from './plan-task.ts';

parentPort?.on('message', ({ taskId, question }: PlanTask) => {
  while (question.siteId !== 'gentle') taskId.toString();
  parentPort?.postMessage({
    taskId,
    result: { kind: 'no-plan', reason: 'unsolved', why: 'gently' },
    solvedInMs: 1,
    memoryBytes: 1,
  });
});
