import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_PARTITIONS } from '@headroom/contracts';
import { createKafkaEventLog } from '@headroom/event-log';
import { type Servers, type ServersOptions, startServers } from '@headroom/local';
import { systemTime, topicSpecs } from '@headroom/service-host';
import { DEMO_SITE_ID } from '@headroom/sim';
import { DEMO_TARIFF } from '../demo-tariff.ts';
import { startUtility, type Utility } from '../utility.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { isBusy } from './busy-port.ts';
import { createMembers, type Members } from './members.ts';
import { type Plan, type PlannedProcess, planStack, SERVICES } from './plan.ts';
import { REPOSITORY, type ServiceProcess } from './service-process.ts';

export interface StackOptions {
  /** Port of page and API of the first console; 0 picks any. */
  readonly port: number;
  /** Data and logs; emptied first. */
  readonly directory: string;
  readonly say: (line: string) => void;
  /** Processes of each service. Default 1. */
  readonly replicas?: number;
  /** Kafka brokers. Default 1; three are one cluster with every record on all of them, two in sync. */
  readonly brokers?: 1 | 3;
  /** Every commit of PostgreSQL reaches the disk. Default false: what a killed server had said is void then (PG-08). */
  readonly durable?: boolean;
  /** `local` for whoever kills servers; default: containers where there are any. */
  readonly servers?: ServersOptions['mode'];
  /** Sites of which the utility of the run speaks. Default: the demo site. */
  readonly siteIds?: readonly string[];
  /** Further environment of a service, or of one process, by its name. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A running stack. Processes are named as services, with replicas `session-registry-1`, `session-registry-2` ... */
export interface Stack extends Pick<Members, 'kill' | 'restart' | 'whenReady'> {
  /** Page and API of the first console. */
  readonly url: string;
  /** Of each console. */
  readonly urls: readonly string[];
  /** Where stations connect, whichever gateway takes them. */
  readonly ocppUrl: string;
  /** `servers.nodes`: their processes, which can be killed, hung and started again as well. */
  readonly servers: Servers;
  /** Speaks to the grid adapters; in this process. */
  readonly utility: Utility;
  /** As they run now, or ran last. */
  readonly processes: ReadonlyMap<string, ServiceProcess>;
  /** Where each process answers /healthz, /readyz, /metrics, /traces and /calls. */
  readonly healthUrls: ReadonlyMap<string, string>;
  /** Services first, then servers, in the reverse order of the start. Calling it twice is harmless. */
  stop(): Promise<void>;
}

/** A sentence for the person at the terminal. */
export class StackRefused extends Error {
  readonly code = 'STACK_REFUSED';
}

const READY_WITHIN_MS = 30_000;

interface Started {
  utility?: Utility;
  servers?: Servers;
  balancer?: Balancer;
}

/** Each service as processes of its own on real Kafka, Redis and PostgreSQL of this machine. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const replicas = options.replicas ?? 1;
  await refuseBusyPorts(options.port, replicas);
  rmSync(options.directory, { recursive: true, force: true });
  mkdirSync(join(options.directory, 'logs'), { recursive: true });
  const members = createMembers();
  const started: Started = {};
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll(members, started));
  try {
    const servers = await serversFor(options);
    started.servers = servers;
    const utility = await utilityOf(options);
    started.utility = utility;
    const plan = await planStack({
      ...{ port: options.port, replicas, servers },
      ...{ grid: gridEnv(utility, options), console: consoleEnv(utility) },
    });
    await createTopics(servers, options.brokers ?? 1);
    if (replicas > 1) started.balancer = await balance(plan);
    for (const service of SERVICES) {
      const ofService = plan.processes.filter((each) => each.service === service);
      await Promise.all(ofService.map((each) => startMember(members, each, options)));
    }
    const healthUrls = new Map(plan.processes.map(({ name, healthUrl }) => [name, healthUrl]));
    // For whoever looks at a running stack from outside: `npm run trace`.
    writeFileSync(join(options.directory, 'processes.json'), JSON.stringify(Object.fromEntries(healthUrls)));
    return {
      url: plan.urls[0] ?? '',
      urls: plan.urls,
      ocppUrl: `ws://127.0.0.1:${plan.ocppPort}/ocpp`,
      servers,
      utility,
      processes: members.processes,
      healthUrls,
      kill: members.kill,
      restart: members.restart,
      whenReady: members.whenReady,
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function refuseBusyPorts(port: number, replicas: number): Promise<void> {
  if (port === 0) return;
  for (let index = 0; index < replicas; index += 1) {
    if (!(await isBusy(port + index))) continue;
    throw new StackRefused(
      `Port ${port + index} of 127.0.0.1 is taken. Choose another: npm run stack -- --port ${port + index + 1}`,
    );
  }
}

async function serversFor(options: StackOptions): Promise<Servers> {
  const servers = await startServers({
    want: ['postgres', 'redis', 'kafka'],
    directory: join(options.directory, 'servers'),
    mode: options.servers ?? 'auto',
    kafkaBrokers: options.brokers ?? 1,
    durable: options.durable ?? false,
    log: (line) => options.say(`  up  ${line}`),
  });
  if (servers.missing.length === 0) return servers;
  await servers.stop();
  throw new StackRefused(servers.missing.map(({ server, why, remedy }) => `${server}: ${why}. ${remedy}`).join('\n'));
}

function utilityOf({ siteIds = [DEMO_SITE_ID] }: StackOptions): Promise<Utility> {
  const time = systemTime();
  return startUtility({ clock: time, io: time, speed: 1, siteIds });
}

function gridEnv({ sources, env }: Utility, { directory }: StackOptions): Readonly<Record<string, string>> {
  const path = join(directory, 'grid-sources.json');
  writeFileSync(path, sources);
  return { ...env, HEADROOM_GRID_SOURCES: path };
}

const consoleEnv = ({ demo }: Utility): Readonly<Record<string, string>> => ({
  HEADROOM_CONSOLE_DEMO_URL: demo.url,
  HEADROOM_CONSOLE_DEMO_TOKEN: demo.token,
  HEADROOM_CONSOLE_TARIFFS: DEMO_TARIFF,
});

async function createTopics(servers: Servers, replicationFactor: number): Promise<void> {
  const brokers = (servers.endpoints.kafka ?? '').split(',');
  const log = await createKafkaEventLog({ brokers, clientId: 'headroom-topics' });
  try {
    await log.ensureTopics(topicSpecs({ shards: LOCAL_PARTITIONS, replicationFactor }));
  } finally {
    await log.close();
  }
}

function balance({ processes, ocppPort, gatewayPorts }: Plan): Promise<Balancer> {
  const gateways = processes.filter(({ service }) => service === 'ocpp-gateway');
  const targets = gateways.map(({ healthUrl }, index) => ({
    port: gatewayPorts[index] ?? 0,
    readyUrl: `${healthUrl}/readyz`,
  }));
  return startBalancer({ port: ocppPort, targets });
}

async function startMember(members: Members, planned: PlannedProcess, options: StackOptions): Promise<void> {
  const { name, service, healthUrl } = planned;
  const begun = performance.now();
  await members.start({
    name,
    entry: `services/${service}/src/main.ts`,
    env: { ...planned.env, ...options.env?.[service], ...options.env?.[name] },
    logFile: join(options.directory, 'logs', `${name}.log`),
    readyWithinMs: READY_WITHIN_MS,
    healthUrl,
  });
  options.say(`  up  ${name} (${Math.round(performance.now() - begun)} ms)`);
}

async function stopAll(members: Members, started: Started): Promise<void> {
  await members.stop();
  await started.utility?.close();
  await started.balancer?.close();
  await started.servers?.stop();
}

export const STACK_DIRECTORY = join(REPOSITORY, '.headroom/stack');
