import { fork } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { SeedJob } from './seed-job.ts';
import { brokenReport, type SeedReport } from './seed-report.ts';

/** Wall time that one seed may take: a loop of awaits without a port never ends (DS-4). Generous: machines are shared. */
const SEED_LIMIT_MS = 3_600_000;
export const MAX_WORKERS = 64;

/**
 * Of V8, for each worker: MB for what lives shortly. A world makes such records by the million, and with room for them the collector
 * copies fewer. What happens in a world is the same.
 */
const WORKER_FLAGS: readonly string[] = ['--max-semi-space-size=64'];

export interface PoolOptions {
  /** Processes side by side, 1 to `MAX_WORKERS`. */
  readonly workers: number;
  readonly jobs: Iterator<SeedJob>;
  readonly onReport: (report: SeedReport) => void;
  /** Once it is aborted no seed is begun, and those that run are given up without a report. Default: never. */
  readonly stop?: AbortSignal;
  /** Default: a process that runs `seed-worker.ts`. */
  readonly start?: (hearing: Hearing) => Worker;
}

/** A process that runs one seed at a time. */
export interface Worker {
  send(job: SeedJob): void;
  kill(): void;
  /** It is not needed any more. */
  leave(): void;
}

/** Who hears of a worker, whatever it is doing. */
export interface Hearing {
  readonly reported: (report: SeedReport) => void;
  readonly ended: (why: string) => void;
}

const WORKER = fileURLToPath(new URL('./seed-worker.ts', import.meta.url));

function startProcess({ reported, ended }: Hearing): Worker {
  const execArgv = [...process.execArgv, ...WORKER_FLAGS];
  const child = fork(WORKER, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('message', (message) => reported(message as SeedReport));
  child.on('exit', (code, signal) => ended(`its process ended with ${signal ?? `status ${code}`}`));
  child.on('error', ({ message }) => ended(`its process: ${message}`));
  return {
    send: (job) => void child.send(job),
    kill: () => void child.kill('SIGKILL'),
    leave: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** Runs every job in one of a few processes. A process that dies loses its seed only: another is started. */
export async function runPool({ workers, jobs, onReport, stop, start = startProcess }: PoolOptions): Promise<void> {
  const lane = async (): Promise<void> => {
    let run: ReturnType<typeof createRunner> | undefined;
    const giveUp = (): void => run?.kill();
    stop?.addEventListener('abort', giveUp);
    while (!isStopped(stop)) {
      const next = jobs.next();
      if (next.done === true) break;
      run ??= createRunner(start);
      const report = await run.seed(next.value);
      if (isStopped(stop)) break;
      if (report.broken !== undefined) run = undefined;
      onReport(report);
    }
    stop?.removeEventListener('abort', giveUp);
    run?.leave();
  };
  await Promise.all(Array.from({ length: Math.min(workers, MAX_WORKERS) }, lane));
}

/** Asked anew after a wait: it may have come meanwhile. */
const isStopped = (stop: AbortSignal | undefined): boolean => stop?.aborted === true;

function createRunner(start: (hearing: Hearing) => Worker) {
  let answer: (report: SeedReport) => void = () => undefined;
  let seed = 0;
  const worker = start({
    reported: (report) => answer(report),
    ended: (why) => answer(brokenReport(seed, why)),
  });
  return {
    leave: worker.leave,
    kill: worker.kill,
    seed: async (job: SeedJob): Promise<SeedReport> => {
      seed = job.seed;
      const limit = setTimeout(() => {
        answer(brokenReport(seed, `it took more than ${SEED_LIMIT_MS / 1_000} s`));
        worker.kill();
      }, SEED_LIMIT_MS);
      const report = await new Promise<SeedReport>((resolve) => {
        answer = resolve;
        worker.send(job);
      });
      clearTimeout(limit);
      return report;
    },
  };
}
