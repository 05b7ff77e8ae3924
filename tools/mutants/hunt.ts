import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import type { Mutant } from './mutant.ts';

/** A seed that was run. */
export interface Seen {
  readonly seed: number;
  readonly cpuS: number;
  /** Undefined: nothing was violated. */
  readonly checker?: string;
  readonly atMs?: number;
  readonly detail?: string;
}

export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

const running = new Set<ChildProcess>();

export function stopRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs a program of the copy to its end, or to the end of the time. */
export function run(root: string, args: readonly string[], limitMs: number): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--no-warnings', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.once('close', (status) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ status, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

const HUNT_LIMIT_MS = 1_800_000;

/** Seeds 1 and on in the copy, until one of the checkers sees something; or all of them. */
export async function hunt(
  root: string,
  {
    hours,
    stations,
    sites,
    faults,
    persona,
    grid,
    isHot,
    isSparing,
    moves,
    exportLimitKw,
  }: Pick<
    Mutant,
    'hours' | 'stations' | 'sites' | 'faults' | 'persona' | 'grid' | 'isHot' | 'isSparing' | 'moves' | 'exportLimitKw'
  >,
  { seeds, checkers, all = false }: Pick<Mutant, 'seeds' | 'checkers'> & { readonly all?: boolean },
): Promise<readonly Seen[]> {
  const order = JSON.stringify({
    ...{
      from: 1,
      seeds,
      hours,
      stations,
      sites,
      faults,
      persona,
      grid,
      isHot,
      isSparing,
      moves,
      exportLimitKw,
      checkers,
      all,
    },
  });
  const { output } = await run(root, ['--conditions=development', 'sim/src/world/hunt.ts', order], HUNT_LIMIT_MS);
  return output.split('\n').flatMap((line) => (line.startsWith('{"seed"') ? [JSON.parse(line) as Seen] : []));
}
