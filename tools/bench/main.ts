/**
 * `npm run bench [-- --list | NAME ... --times N --json FILE]`: how fast it is, on this machine, now. Prints the machine, the versions and a
 * table for each question. No figure is ever a failure: what we aim for stands beside it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { startServers } from '@headroom/local';
import type { BenchTable } from '@headroom/testing';
import { describeMachine, loadNow, machineLine } from './machine.ts';
import { readArguments } from './read-arguments.ts';
import { type Bench, BENCH_GROUPS, BENCHES } from './registry.ts';
import { runProgram, stopRunning } from './run-program.ts';
import { type BenchResult, type BenchResults, type BenchRun, spreadLines } from './results.ts';
import { tableLines } from './table.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const INTERRUPTED_STATUS = 130;
const USAGE_STATUS = 2;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The servers' guards end them with us.
  process.on(signal, () => {
    stopRunning();
    process.exit(INTERRUPTED_STATUS);
  });
}

async function measure(bench: Bench, times: number): Promise<BenchResult> {
  const { name, about, aim } = bench;
  say(`\n== ${name}: ${about} (aim: ${aim})`);
  const runs: BenchRun[] = [];
  for (let n = 1; n <= times; n += 1) {
    if (times > 1) say(`\n-- ${name}, ${n} of ${times}; load ${loadNow()}`);
    runs.push(await measureOnce(bench));
  }
  const result = { name, about, aim, runs };
  for (const line of spreadLines(result)) say(line);
  return result;
}

async function measureOnce(bench: Bench): Promise<BenchRun> {
  const { servers: want } = bench;
  const scratch = join(ROOT, '.headroom');
  mkdirSync(scratch, { recursive: true });
  const directory = mkdtempSync(join(scratch, 'bench-'));
  const loadBefore = loadNow();
  const servers = await startServers({ want, directory, mode: 'local', log: say });
  try {
    const missing = servers.missing.map(({ server, why, remedy }) => `no ${server}: ${why}. ${remedy}`);
    const ran =
      missing.length > 0
        ? { tables: [], failures: missing }
        : await runAll(
            bench,
            want.map((server) => servers.endpoints[server] ?? ''),
          );
    for (const failure of ran.failures) say(`FAILED ${failure}`);
    return { loadBefore, ...ran };
  } finally {
    await servers.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runAll(
  { programs }: Bench,
  endpoints: readonly string[],
): Promise<Pick<BenchRun, 'tables' | 'failures'>> {
  const tables: BenchTable[] = [];
  const failures: string[] = [];
  for (const path of programs) {
    const { tables: told, failure } = await runProgram(ROOT, path, endpoints);
    for (const table of told) say(`\n${tableLines(table).join('\n')}`);
    tables.push(...told);
    if (failure !== undefined) failures.push(`${path} ${failure}`);
  }
  return { tables, failures };
}

const asked = readArguments(
  process.argv.slice(2),
  BENCHES.map(({ name }) => name),
  BENCH_GROUPS,
);
if (asked.kind !== 'run') {
  if (asked.kind === 'refused')
    say(`${asked.why}. npm run bench [-- NAME ...] [--times N] [--json FILE], where NAME is one of:`);
  for (const { name, about, aim } of BENCHES) say(`  ${name.padEnd(10)}  ${about} (aim: ${aim})`);
  for (const [name, members] of Object.entries(BENCH_GROUPS)) say(`  ${name.padEnd(10)}  ${members.join(' and ')}`);
  process.exit(asked.kind === 'list' ? 0 : USAGE_STATUS);
}
const machine = await describeMachine(ROOT);
say(machineLine(machine));
const measured: BenchResult[] = [];
for (const bench of BENCHES) if (asked.names.includes(bench.name)) measured.push(await measure(bench, asked.times));
if (asked.jsonFile !== undefined) {
  const results: BenchResults = { takenAt: new Date().toISOString(), machine, benches: measured };
  writeFileSync(asked.jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
}
process.exitCode = measured.every(({ runs }) => runs.every(({ failures }) => failures.length === 0)) ? 0 : 1;
