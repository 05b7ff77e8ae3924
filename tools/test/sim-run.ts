import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** What seeds of the simulation came to. */
export interface SimRun {
  readonly passed: number;
  readonly failed: number;
}

export interface SimOptions {
  readonly root: string;
  readonly args: readonly string[];
  /** The run is a failure after this. */
  readonly limitMs: number;
}

/** `100 seeds, 2 failed`. */
const LAST_LINE = /^(\d+) seeds, (\d+) failed$/m;

let running: ChildProcess | undefined;

export const stopSeeds = (): void => void running?.kill('SIGKILL');

/** Runs seeds as `npm run sim` does; no last line is one failure, and so is a batch that met less than it should have. */
export async function runSeeds({ root, args, limitMs }: SimOptions): Promise<SimRun> {
  const command = ['--conditions=development', '--no-warnings', join(root, 'sim/src/main.ts')];
  const child = spawn(process.execPath, [...command, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  running = child;
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    process.stdout.write(chunk);
  });
  const status = await new Promise<number>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code ?? 137);
    });
  });
  const [, seeds = '0', failed = '0'] = LAST_LINE.exec(text) ?? [];
  if (seeds === '0')
    process.stderr.write(`no seed was run to its end (status ${status}): a limit was reached, or it could not start\n`);
  return { passed: Number(seeds) - Number(failed), failed: Math.max(Number(failed), status === 0 ? 0 : 1) };
}
