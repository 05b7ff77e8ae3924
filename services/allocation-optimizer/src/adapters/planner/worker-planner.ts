import { Worker } from 'node:worker_threads';
import type { Timers } from '@headroom/kernel';
import type { PlanNames } from '../../domain/planning/plan.ts';
import type { PlanQuestion } from '../../domain/planning/question.ts';
import type { Planner, PlannerStats, PlanOutcome } from '../../ports.ts';
import type { PlanAnswer, PlanTask } from './plan-task.ts';

export interface PlannerConfig {
  /** Of one plan. The solver gives up after it, and its thread is ended after twice as long (SV10). */
  readonly deadlineMs: number;
  /** A thread whose solver has grown beyond this is replaced after its answer (SV2). */
  readonly recycleBytes: number;
}

export const DEFAULT_PLANNER_CONFIG: PlannerConfig = { deadlineMs: 10_000, recycleBytes: 512 * 1_024 * 1_024 };

/** Sites that wait for the thread; one more is told that it is busy, and is asked for again at its next turn. */
export const MAX_WAITING = 256;

interface Waiting {
  readonly question: PlanQuestion;
  readonly names: PlanNames;
  readonly resolve: (outcome: PlanOutcome) => void;
}

interface Running extends Waiting {
  readonly taskId: number;
  readonly endTimer: () => void;
}

const WORKER = new URL('./plan-worker.ts', import.meta.url);

/** Plans in a thread of its own, one after the other (HI-20). A thread that hangs or dies is replaced, and costs one plan (HI-28). */
export class WorkerPlanner implements Planner {
  readonly #config: PlannerConfig;
  readonly #timers: Timers;
  readonly #script: URL;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;
  #running: Running | undefined;
  #taskId = 0;
  #stats = { memoryBytes: 0, solvedInMs: 0, replacedWorkers: 0 };
  #stopped = false;

  constructor(timers: Timers, config: PlannerConfig = DEFAULT_PLANNER_CONFIG, script: URL = WORKER) {
    this.#timers = timers;
    this.#config = config;
    this.#script = script;
  }

  get stats(): PlannerStats {
    return { ...this.#stats, waiting: this.#waiting.length };
  }

  plan(question: PlanQuestion, names: PlanNames): Promise<PlanOutcome> {
    return new Promise((resolve) => {
      if (this.#stopped) return resolve(none('stopped', 'the planner has ended'));
      const asked = { question, names, resolve };
      const older = this.#waiting.findIndex((one) => one.question.siteId === question.siteId);
      if (older >= 0) {
        // It takes the turn of the older question of its site: nobody loses his place.
        this.#waiting.splice(older, 1, asked)[0]?.resolve(none('replaced', 'a newer question of the site came'));
        return;
      }
      if (this.#waiting.length >= MAX_WAITING) return resolve(none('busy', `${MAX_WAITING} sites wait for a plan`));
      this.#waiting.push(asked);
      this.#next();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(none('stopped', 'the planner has ended'));
    this.#finish(none('stopped', 'the planner has ended'));
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined || this.#stopped) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#taskId += 1;
    const { deadlineMs } = this.#config;
    const endTimer = this.#timers.after(2 * deadlineMs, () =>
      this.#give(none('late', `no answer in ${2 * deadlineMs} ms`)),
    );
    this.#running = { ...next, taskId: this.#taskId, endTimer };
    const task: PlanTask = { taskId: this.#taskId, question: next.question, names: next.names, deadlineMs };
    this.#worker ??= this.#start();
    this.#worker.postMessage(task);
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { execArgv: ['--conditions=development', '--no-warnings'] });
    // A process must be able to end while a plan is being made.
    worker.unref();
    worker.on('message', (answer: PlanAnswer) => {
      if (worker === this.#worker) this.#take(answer);
    });
    worker.on('error', (cause: Error) => {
      if (worker === this.#worker) this.#give(none('crashed', cause.message));
    });
    worker.on('exit', (code) => {
      if (worker === this.#worker) this.#give(none('crashed', `the thread ended with ${code}`));
    });
    return worker;
  }

  #take({ taskId, result, memoryBytes, solvedInMs }: PlanAnswer): void {
    if (taskId !== this.#running?.taskId) return;
    this.#stats = { ...this.#stats, memoryBytes, solvedInMs };
    if (memoryBytes > this.#config.recycleBytes) this.#replace();
    this.#finish(result);
  }

  /** The thread is lost: it ends, with the plan that it was at. */
  #give(outcome: PlanOutcome): void {
    this.#replace();
    this.#finish(outcome);
  }

  #replace(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#stats = { ...this.#stats, replacedWorkers: this.#stats.replacedWorkers + 1 };
    // Its end is nobody's concern any more: what it still says is not listened to.
    void worker?.terminate();
  }

  #finish(outcome: PlanOutcome): void {
    const running = this.#running;
    this.#running = undefined;
    running?.endTimer();
    running?.resolve(outcome);
    this.#next();
  }
}

const none = (reason: Exclude<PlanOutcome, { readonly kind: 'planned' }>['reason'], why: string): PlanOutcome => ({
  kind: 'no-plan',
  reason,
  why,
});
