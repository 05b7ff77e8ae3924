/** `npm run sim`: seeds of the simulation, one of them told in words, or one that fails with as few faults as can be. */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { SIM_USAGE, type SimArguments, simArguments } from './world/arguments.ts';
import { runBatch, shrinkSeed } from './world/batch.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const USAGE_STATUS = 2;
/** As of a process that a Ctrl-C ended. */
const STOPPED_STATUS = 130;

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    say(SIM_USAGE);
    return 0;
  }
  const args = simArguments(process.argv.slice(2));
  if (args.kind === 'err') {
    process.stderr.write(`${args.error}.\n\n${SIM_USAGE}\n`);
    return USAGE_STATUS;
  }
  return args.value.shrink ? shrinkOne(args.value) : runAll(args.value);
}

async function runAll({
  trace,
  faults,
  only,
  grid,
  heat,
  persona,
  share,
  sites,
  exportLimitKw,
  scenario,
  workers = availableParallelism(),
  ...options
}: SimArguments): Promise<number> {
  const begun = performance.now();
  const { seeds, failed, lacks, openFrom } = await runBatch({
    ...{ ...options, workers, say },
    // One seed, or a trace, simply ends.
    ...(options.seeds > 1 && !trace ? { stop: stopOnSignal() } : {}),
    ...(process.stdout.isTTY && !trace ? { terminal: (text) => void process.stdout.write(text) } : {}),
    ...(trace ? { read: say } : {}),
    ...(faults === undefined ? {} : { faults }),
    ...(only === undefined ? {} : { only }),
    ...(grid === undefined ? {} : { grid }),
    ...(heat === undefined ? {} : { heat }),
    ...(persona === undefined ? {} : { persona }),
    ...(share === undefined ? {} : { share }),
    ...(sites === undefined ? {} : { sites }),
    ...(exportLimitKw === undefined ? {} : { exportLimitKw }),
    ...(scenario === undefined ? {} : { golden: scenario }),
  });
  say(`${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  for (const lack of lacks) say(`FAILED as a whole, whatever its seeds did: ${lack}`);
  say(`${seeds} seeds, ${failed.length} failed`);
  if (openFrom !== undefined) return STOPPED_STATUS;
  return failed.length === 0 && lacks.length === 0 ? 0 : 1;
}

/** A Ctrl-C comes twice, by the terminal and by what started this process: the second asks for nothing more. */
function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

/** Status 0: it passes, so there is nothing to shrink. */
async function shrinkOne({
  from,
  hours,
  stations,
  sites,
  exportLimitKw,
  faults,
  only,
  grid,
  heat,
  persona,
  share,
  scenario,
}: SimArguments): Promise<number> {
  const optional = {
    ...(faults === undefined ? {} : { faults }),
    ...(only === undefined ? {} : { only }),
    ...(grid === undefined ? {} : { grid }),
    ...(heat === undefined ? {} : { heat }),
    ...(persona === undefined ? {} : { persona }),
    ...(share === undefined ? {} : { share }),
    ...(sites === undefined ? {} : { sites }),
    ...(exportLimitKw === undefined ? {} : { exportLimitKw }),
    ...(scenario === undefined ? {} : { golden: scenario }),
  };
  const shrunk = await shrinkSeed({ seed: from, hours, stations, say, ...optional });
  if (shrunk === undefined) say(`seed ${from} passes: there is nothing to shrink`);
  say(`1 seeds, ${shrunk === undefined ? 0 : 1} failed`);
  return shrunk === undefined ? 0 : 1;
}

process.exitCode = await main();
