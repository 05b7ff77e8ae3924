/** `npm run stack`: each service its own process on real Kafka, Redis and PostgreSQL, with simulated stations. */
import { join } from 'node:path';
import process from 'node:process';
import { onEnd } from '@headroom/service-host';
import { demoSite, loadSites } from '@headroom/sim';
import { type StackArguments, STACK_USAGE, stackArguments } from '../arguments.ts';
import { type ServiceProcess, startProcess } from './service-process.ts';
import { type Stack, STACK_DIRECTORY, startStack } from './stack.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const USAGE_STATUS = 2;
const SIMULATION_READY_WITHIN_MS = 120_000;
const running: { stack?: Stack; simulation?: ServiceProcess; stopping?: true } = {};

async function stopAll(): Promise<void> {
  await running.simulation?.stop(1_500);
  await running.stack?.stop();
}

async function simulate(args: StackArguments, stack: Stack): Promise<ServiceProcess> {
  return await startProcess({
    name: 'simulation',
    entry: 'deploy/run/src/simulation/main.ts',
    args: [stack.url, stack.ocppUrl, String(args.seed), String(args.stations ?? 'demo')],
    env: {},
    logFile: join(STACK_DIRECTORY, 'logs', 'simulation.log'),
    readyWithinMs: SIMULATION_READY_WITHIN_MS,
  });
}

const sitesOf = ({ stations }: StackArguments): readonly string[] =>
  (stations === undefined ? [demoSite()] : loadSites(stations)).map(({ siteId }) => siteId);

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return say(STACK_USAGE);
  const args = stackArguments(process.argv.slice(2));
  if (args.kind === 'err') {
    process.stderr.write(`${args.error}.\n\n${STACK_USAGE}\n`);
    return process.exit(USAGE_STATUS);
  }
  const { port, replicas, brokers } = args.value;
  const bringingUp = startStack({
    port,
    replicas,
    brokers,
    directory: STACK_DIRECTORY,
    say,
    siteIds: sitesOf(args.value),
  });
  onEnd(process, async () => {
    say('Stopping ...');
    running.stopping = true;
    // A start that is under way must end before it can be undone.
    await bringingUp.then((stack) => (running.stack = stack)).catch(() => undefined);
    await stopAll();
    process.exit(0);
  });
  const stack = await bringingUp;
  running.stack = stack;
  for (const [name, service] of stack.processes) {
    void service.exited.then((how) => {
      if (running.stopping) return;
      say(`  !   ${name} ended (${how}); its log: .headroom/stack/logs/${name}.log`);
    });
  }
  if (args.value.stations !== 0) running.simulation = await simulate(args.value, stack);
  say('');
  say(`OCPP: ${stack.ocppUrl}/{stationId}`);
  say(`Headroom is ready: ${stack.urls.join(' and ')}`);
}

try {
  await main();
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  await stopAll();
  process.exit(1);
}
