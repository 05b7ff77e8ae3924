import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { type Stack, startStack } from '@headroom/run';
import { type Fleet, startFleet } from '../stations/fleet.ts';
import { cpuUs } from './usage.ts';

const SCRATCH = join(dirname(dirname(dirname(import.meta.dirname))), '.headroom');
/** Of frames of stations, as in production: the local stack traces more of them. */
const TRACED = '0.01';

/** A directory, given by hand: these services write a profile of their CPU there when they end. */
const PROFILES = process.env['HEADROOM_BENCH_PROFILES'];
const PROFILED = ['ocpp-gateway', 'meter-ingestion', 'session-registry', 'allocation-optimizer', 'profile-dispatcher'];

const environmentOf = (name: string): Readonly<Record<string, string>> => ({
  HEADROOM_TRACE_SAMPLE_RATIO: TRACED,
  ...(PROFILES === undefined
    ? {}
    : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${PROFILES} --cpu-prof-name=${name}.cpuprofile` }),
});

export interface BenchStack {
  readonly stack: Stack;
  readonly fleet: Fleet;
  /** CPU used so far by each process, microseconds, by its name. The stations are not among them. */
  cpu(): ReadonlyMap<string, number>;
}

export const say = (line: string): void => void process.stdout.write(`  ${line}\n`);

/** Runs `body` on the whole stack with real servers, every commit of PostgreSQL on the disk; all of it is gone afterwards. */
export async function onStack(body: (bench: BenchStack) => Promise<void>): Promise<void> {
  mkdirSync(SCRATCH, { recursive: true });
  const directory = mkdtempSync(join(SCRATCH, 'bench-stack-'));
  const stack = await startStack({
    ...{ port: 0, directory, servers: 'local', durable: true, siteIds: [] },
    env: Object.fromEntries(PROFILED.map((name) => [name, environmentOf(name)])),
    say: (line) => say(line.trim()),
  });
  const fleet = startFleet();
  const pids = new Map<string, number>();
  for (const [name, { pid }] of stack.processes) pids.set(name, pid);
  for (const [name, node] of stack.servers.nodes) pids.set(name, node.pid());
  try {
    await body({ stack, fleet, cpu: () => new Map([...pids].map(([name, pid]) => [name, cpuUs(pid)])) });
  } finally {
    await fleet.stop();
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
