import { join } from 'node:path';
import { type NodeOptions, runNode } from './node-run.ts';

/** What seeds of the simulation came to. */
export interface SimRun {
  readonly passed: number;
  readonly failed: number;
}

/** `args` are of `npm run sim`. The run is a failure after its limit. */
export type SimOptions = Omit<NodeOptions, 'onStdout'>;

/** `100 seeds, 2 failed`. */
const LAST_LINE = /^(\d+) seeds, (\d+) failed$/m;

/** Runs seeds as `npm run sim` does; no last line is one failure, and so is a batch that met less than it should have. */
export async function runSeeds({ args, ...options }: SimOptions): Promise<SimRun> {
  const { root, out } = options;
  const command = ['--conditions=development', '--no-warnings', join(root, 'sim/src/main.ts')];
  let text = '';
  const onStdout = (chunk: string): void => {
    text += chunk;
    out(chunk);
  };
  const status = await runNode({ ...options, onStdout, args: [...command, ...args] });
  const [, seeds = '0', failed = '0'] = LAST_LINE.exec(text) ?? [];
  if (seeds === '0') out(`no seed was run to its end (status ${status}): a limit was reached, or it could not start\n`);
  return { passed: Number(seeds) - Number(failed), failed: Math.max(Number(failed), status === 0 ? 0 : 1) };
}
