import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('./guard.mjs', import.meta.url));
/** A guard that has not named the server's pid by then has failed. */
const START_WAIT_MS = 10_000;
/** Beyond the guard's own grace: the time for its last signal to work. */
const LAST_WAIT_MS = 5_000;
const DEFAULT_GRACE_MS = 10_000;

export interface GuardedCommand {
  /** Names the pid file beside the log: `<name>.pid`, "server guard". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  /** Sent when `stopSignal` has not worked within `graceMs`. PostgreSQL: SIGQUIT, for SIGKILL leaves shared memory behind (PG-06). */
  readonly lastSignal?: 'SIGKILL' | 'SIGQUIT';
  readonly graceMs?: number;
  /** Standard output and error of the server, appended. */
  readonly logFile: string;
}

interface ExitReport {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Of the guard. Ending it would orphan the server: only for the record. */
  readonly guardPid: number;
  readonly exited: Promise<ExitReport>;
  /** Asks the server to end and waits, bounded. Calling it twice is harmless. */
  stop(): Promise<void>;
}

interface GuardWord {
  readonly pid?: number;
  readonly error?: string;
  readonly exit?: ExitReport;
}

/**
 * Starts a server behind a guard process that ends it when this process stops it or dies (PG-10).
 * Neither keeps the event loop alive. Rejects when the command cannot be run.
 */
export async function startGuarded(command: GuardedCommand): Promise<GuardedProcess> {
  const graceMs = command.graceMs ?? DEFAULT_GRACE_MS;
  const order = { ...command, graceMs, lastSignal: command.lastSignal ?? 'SIGKILL' };
  const guard = spawn(process.execPath, ['--max-old-space-size=32', GUARD, JSON.stringify(order)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const pipe = pipeOf(guard);
  const { started, exited } = listen(command.name, guard, pipe);
  const pid = await within(START_WAIT_MS, started, () => `the guard of ${command.name} did not answer`);
  guard.unref();
  pipe.unref();
  const guardPid = guard.pid ?? 0;
  writeFileSync(join(dirname(command.logFile), `${command.name}.pid`), `${pid} ${guardPid}\n`);
  return {
    pid,
    guardPid,
    exited,
    stop: async () => {
      pipe.end();
      await within(graceMs + LAST_WAIT_MS, exited, () => `${command.name} (pid ${pid}) did not end`);
    },
  };
}

function pipeOf(guard: ChildProcess): Socket {
  const pipe = guard.stdio[3];
  if (!(pipe instanceof Socket)) throw new Error('the pipe to the guard is missing');
  return pipe;
}

function listen(name: string, guard: ChildProcess, pipe: Socket) {
  const started = Promise.withResolvers<number>();
  const exited = Promise.withResolvers<ExitReport>();
  let rest = '';
  pipe.setEncoding('utf8');
  pipe.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const word: GuardWord = JSON.parse(line);
      if (word.pid !== undefined) started.resolve(word.pid);
      if (word.error !== undefined) started.reject(new Error(`${name} cannot be started: ${word.error}`));
      if (word.exit !== undefined) exited.resolve(word.exit);
    }
  });
  pipe.on('error', () => {});
  guard.on('error', (error) => started.reject(error));
  guard.on('exit', (code, signal) => {
    started.reject(new Error(`the guard of ${name} ended before the server began`));
    exited.resolve({ code, signal });
  });
  started.promise.catch(() => {});
  return { started: started.promise, exited: exited.promise };
}

async function within<T>(limitMs: number, work: Promise<T>, why: () => string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${why()} within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
