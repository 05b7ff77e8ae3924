import { type ChildProcess, spawn } from 'node:child_process';

/** Where a stage's output goes. */
export type Out = (text: string) => void;

export interface NodeOptions {
  readonly root: string;
  /** Flags, file and arguments of this Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Hears standard error, and standard output where it is wanted. */
  readonly out: Out;
  /** Absent: its standard output is thrown away. */
  readonly onStdout?: (text: string) => void;
  /** It is killed after this, counted from `limitFrom`. */
  readonly limitMs: number;
  /** Absent: from its start. What has only the time that others leave is given its time once they have ended. */
  readonly limitFrom?: Promise<unknown>;
  /** As `nice -n`, 0 to 19: how far it stands back behind what else runs. Default 0. */
  readonly niceness?: number;
}

/** What runs now, so that an interrupted run leaves nothing behind. */
const running = new Set<ChildProcess>();

export const stopRunning = (): void => {
  for (const child of running) child.kill('SIGKILL');
};

const KILLED_STATUS = 137;

/** Runs this Node on a file; its exit status, 137 where it was killed. */
export async function runNode(options: NodeOptions): Promise<number> {
  const { root, args, env = {}, out, onStdout, limitMs, limitFrom = Promise.resolve(), niceness = 0 } = options;
  // `nice` becomes the Node that it starts: the signals that we send reach it.
  const command = niceness === 0 ? [process.execPath] : ['nice', '-n', String(niceness), process.execPath];
  const child = spawn(command[0] ?? '', [...command.slice(1), ...args], {
    cwd: root,
    stdio: ['ignore', onStdout === undefined ? 'ignore' : 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  child.stderr?.setEncoding('utf8').on('data', out);
  if (onStdout !== undefined) child.stdout?.setEncoding('utf8').on('data', onStdout);
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const begin = (): void => {
    if (!isOver) timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  };
  void limitFrom.then(begin, begin);
  const status = await new Promise<number>((resolve) => {
    child.once('error', (cause) => {
      out(`${cause.message}\n`);
      resolve(KILLED_STATUS);
    });
    child.once('close', (code) => resolve(code ?? KILLED_STATUS));
  });
  isOver = true;
  clearTimeout(timer);
  running.delete(child);
  return status;
}
