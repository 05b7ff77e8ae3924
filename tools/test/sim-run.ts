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

/**
 * In MB, for it and for its workers, who take its flags. A world makes short-lived records by the million: with room for them the
 * collector copies fewer, and a seed takes some 5 to 10 % less of a processor. What happens in it is the same.
 */
const YOUNG_SPACE = '--max-semi-space-size=64';

/** Runs seeds as `npm run sim` does; no last line is one failure, and so is a batch that met less than it should have. */
export async function runSeeds({ args, ...options }: SimOptions): Promise<SimRun> {
  const { root, out } = options;
  const command = ['--conditions=development', '--no-warnings', YOUNG_SPACE, join(root, 'sim/src/main.ts')];
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
