/** `npm run sim`: seeds of the simulation, or one of them told in words. */
import process from 'node:process';
import { SIM_USAGE, simArguments } from './world/arguments.ts';
import { runBatch } from './world/batch.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const USAGE_STATUS = 2;
const MICROSECONDS = 1_000_000;

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
  const { trace, faults, ...options } = args.value;
  const begun = performance.now();
  const { seeds, failed } = await runBatch({
    ...options,
    say,
    ...(trace ? { read: say } : {}),
    ...(faults === undefined ? {} : { faults }),
  });
  const { user, system } = process.cpuUsage();
  const cpuS = ((user + system) / MICROSECONDS).toFixed(1);
  say(`${((performance.now() - begun) / 1_000).toFixed(1)} s, ${cpuS} s of CPU`);
  say(`${seeds} seeds, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main();
