import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const REPOSITORY = dirname(dirname(dirname(dirname(import.meta.dirname))));

/** Compiled code of earlier starts: halves the work of each start. It may be deleted at any time. */
const COMPILE_CACHE = join(REPOSITORY, '.headroom/compile-cache');

export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves with how it ended, whenever it does. */
  readonly exited: Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL after `graceMs`; also for one that hangs. Harmless when it has ended. */
  stop(graceMs: number): Promise<void>;
}

export interface ProcessOrder {
  readonly name: string;
  /** Entry file, relative to the repository. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** How long it may take to say that it is ready. */
  readonly readyWithinMs: number;
}

/** Starts one process of ours and waits until it says that it is ready; a process that ends first is an error with its last words. */
export async function startProcess(order: ProcessOrder): Promise<ServiceProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=development', '--no-warnings', join(REPOSITORY, order.entry), ...(order.args ?? [])],
    // Its end is ours to order: Ctrl-C must reach it through us, after the stations' side has been closed.
    {
      cwd: REPOSITORY,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...order.env },
    },
  );
  const file = createWriteStream(order.logFile, { flags: 'a' });
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  // Its last words come after its exit.
  child.once('close', () => file.end());
  const exited = new Promise<string>((resolve) => {
    child.once('error', (cause) => resolve(cause.message));
    child.once('exit', (status, signal) => resolve(signal === null ? `status ${status}` : `signal ${signal}`));
  });
  await readiness(child, exited, order);
  return {
    name: order.name,
    pid: child.pid ?? -1,
    exited,
    kill: (signal) => void child.kill(signal),
    async stop(graceMs) {
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function readiness(child: ChildProcess, exited: Promise<string>, order: ProcessOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${order.name} was not ready within ${order.readyWithinMs} ms.\n${lastWords(order.logFile)}`));
    }, order.readyWithinMs);
    child.once('message', () => {
      clearTimeout(timer);
      resolve();
    });
    void exited.then((how) => {
      clearTimeout(timer);
      reject(new Error(`${order.name} ended at once (${how}).\n${lastWords(order.logFile)}`));
    });
  });
}

const LAST_LINES = 15;

function lastWords(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  } catch {
    return '';
  }
}
