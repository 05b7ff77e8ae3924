import { FAULT_CLASSES, type FaultClass } from './faults.ts';
import { runSeed, type SeedOptions, type SeedResult } from './run-seed.ts';

/** From so many seeds on, a fault that never fired is a failure: the batch has proved nothing about it. */
const TELLING_SEEDS = 20;

export interface BatchOptions extends Omit<SeedOptions, 'seed'> {
  readonly from: number;
  readonly seeds: number;
  /** Each seed twice, and both traces the same. */
  readonly twice: boolean;
  readonly say: (line: string) => void;
}

export interface BatchResult {
  readonly seeds: number;
  readonly failed: readonly number[];
}

/** Seeds one after the other; a line for each that fails, then what all of them came to. */
export async function runBatch({ from, seeds, twice, say, ...options }: BatchOptions): Promise<BatchResult> {
  const fired = new Map<FaultClass, number>();
  const on = new Map<FaultClass, number>();
  const failed: number[] = [];
  let handovers = 0;
  let events = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const { read, ...quietly } = options;
    const result = await runSeed({ ...options, seed, endsEarly: true });
    const again = twice ? await runSeed({ ...quietly, seed, endsEarly: true }) : undefined;
    const problem = problemOf(result, again);
    if (problem !== undefined) failed.push(seed);
    if (problem !== undefined) say(`seed ${seed} FAILED: ${problem} [${result.classes.join(' ')}]`);
    else if (read !== undefined) say(summaryOf(result));
    handovers += result.handovers;
    events += result.events;
    for (const name of result.classes) on.set(name, (on.get(name) ?? 0) + 1);
    for (const [name, count] of result.fired) fired.set(name, (fired.get(name) ?? 0) + count);
  }
  const counts = FAULT_CLASSES.map((name) => `${name} ${fired.get(name) ?? 0} in ${on.get(name) ?? 0}`);
  say(`faults fired, in seeds that had the class: ${counts.join(', ')}`);
  say(`capacity passed on after a confirmed decrease: ${handovers} times; ${events} events`);
  const idle = seeds < TELLING_SEEDS ? [] : FAULT_CLASSES.filter((name) => !fired.has(name));
  if (idle.length > 0) say(`FAILED: never fired: ${idle.join(', ')}`);
  if (handovers === 0) say('FAILED: capacity never passed from one station to another');
  const isVacuous = idle.length > 0 || handovers === 0;
  return { seeds, failed: failed.length === 0 && isVacuous ? [from] : failed };
}

export const summaryOf = ({ seed, used, handovers, acknowledged, fullest, events, hash }: SeedResult): string =>
  `seed ${seed} passed: capacity used ${used === undefined ? '-' : `${(used * 100).toFixed(1)} %`}, fullest row ` +
  `${(fullest * 100).toFixed(1)} %, ${handovers} handovers, ${acknowledged} messages acknowledged, ${events} events, ${hash.slice(0, 16)}`;

function problemOf(result: SeedResult, again: SeedResult | undefined): string | undefined {
  const [first] = result.violations;
  if (first !== undefined) {
    const at = new Date(first.atMs).toISOString().slice(11, 23);
    return `${first.checker} at ${at}: ${first.detail} (${result.violations.length} in all)`;
  }
  if (again !== undefined && again.hash !== result.hash) return `two runs differ: ${result.hash} and ${again.hash}`;
  return undefined;
}
