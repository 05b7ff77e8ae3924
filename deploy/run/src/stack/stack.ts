import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_PARTITIONS } from '@headroom/contracts';
import { createKafkaEventLog } from '@headroom/event-log';
import { type Servers, startServers } from '@headroom/local';
import { topicSpecs } from '@headroom/service-host';
import { freePorts, isBusy } from './free-ports.ts';
import { REPOSITORY, type ServiceProcess, startProcess } from './service-process.ts';

export interface StackOptions {
  /** Port of page and API; 0 picks one. */
  readonly port: number;
  /** Data and logs; emptied first. */
  readonly directory: string;
  readonly say: (line: string) => void;
  /** Further environment of a service, by its name. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Stack {
  readonly url: string;
  readonly ocppUrl: string;
  readonly servers: Servers;
  readonly processes: ReadonlyMap<string, ServiceProcess>;
  /** Where each service answers /healthz, /readyz and /calls. */
  readonly healthUrls: ReadonlyMap<string, string>;
  /** Services first, then servers, in the reverse order of the start. Calling it twice is harmless. */
  stop(): Promise<void>;
}

/** A sentence for the person at the terminal. */
export class StackRefused extends Error {
  readonly code = 'STACK_REFUSED';
}

/** In the order in which they start. */
const SERVICES = [
  'session-registry',
  'meter-ingestion',
  'allocation-optimizer',
  'profile-dispatcher',
  'grid-adapter',
  'ocpp-gateway',
  'operator-console',
] as const;
const READY_WITHIN_MS = 30_000;
const STOP_GRACE_MS = 4_500;

/** Each service as a process of its own on real Kafka, Redis and PostgreSQL of this machine. */
export async function startStack(options: StackOptions): Promise<Stack> {
  if (options.port !== 0 && (await isBusy(options.port))) {
    throw new StackRefused(
      `Port ${options.port} of 127.0.0.1 is taken. Choose another: npm run stack -- --port ${options.port + 1}`,
    );
  }
  rmSync(options.directory, { recursive: true, force: true });
  mkdirSync(join(options.directory, 'logs'), { recursive: true });
  const processes = new Map<string, ServiceProcess>();
  const started: { servers?: Servers } = {};
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll(processes, started.servers));
  try {
    started.servers = await startServers({
      want: ['postgres', 'redis', 'kafka'],
      directory: join(options.directory, 'servers'),
      mode: 'auto',
      log: (line) => options.say(`  up  ${line}`),
    });
    const { servers } = started;
    if (servers.missing.length > 0)
      throw new StackRefused(
        servers.missing.map(({ server, why, remedy }) => `${server}: ${why}. ${remedy}`).join('\n'),
      );
    const { brokers, health, environment, url, ocppUrl } = await plan(options.port, servers);
    await createTopics(brokers);
    for (const [i, name] of SERVICES.entries()) {
      const begun = performance.now();
      const env = { ...environment, HEADROOM_HEALTH_PORT: String(health[i]), ...options.env?.[name] };
      const logFile = join(options.directory, 'logs', `${name}.log`);
      processes.set(
        name,
        await startProcess({
          name,
          entry: `services/${name}/src/main.ts`,
          env,
          logFile,
          readyWithinMs: READY_WITHIN_MS,
        }),
      );
      options.say(`  up  ${name} (${Math.round(performance.now() - begun)} ms)`);
    }
    const healthUrls = new Map(SERVICES.map((name, i) => [name, `http://127.0.0.1:${health[i]}`]));
    return { url, ocppUrl, servers, processes, healthUrls, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** Addresses, secrets of this run, and the environment that tells every service of them. */
async function plan(port: number, servers: Servers) {
  const [registry = 0, ingestion = 0, gateway = 0, ocpp = 0, free = 0, ...health] = await freePorts(
    5 + SERVICES.length,
  );
  const consolePort = port === 0 ? free : port;
  const kafka = servers.endpoints.kafka ?? '';
  const gatewayAddress = `127.0.0.1:${gateway}`;
  const ocppUrl = `ws://127.0.0.1:${ocpp}/ocpp`;
  const environment = {
    HEADROOM_KAFKA_BROKERS: kafka,
    HEADROOM_REDIS_URL: servers.endpoints.redis ?? '',
    HEADROOM_DATABASE_URL: servers.endpoints.postgres ?? '',
    HEADROOM_SHARDS: String(LOCAL_PARTITIONS),
    HEADROOM_ADDRESSES: `session-registry=127.0.0.1:${registry},meter-ingestion=127.0.0.1:${ingestion},ocpp-gateway=${gatewayAddress}`,
    HEADROOM_OCPP_GATEWAY_ADDRESS: gatewayAddress,
    HEADROOM_OCPP_PORT: String(ocpp),
    HEADROOM_CONSOLE_PORT: String(consolePort),
    HEADROOM_PUBLIC_OCPP_URL: `${ocppUrl}/{stationId}`,
    HEADROOM_ID_TOKEN_KEY: randomBytes(24).toString('hex'),
    HEADROOM_TRANSACTION_ID_KEY: randomBytes(24).toString('hex'),
  };
  return { brokers: kafka.split(','), health, environment, url: `http://127.0.0.1:${consolePort}`, ocppUrl };
}

async function createTopics(brokers: readonly string[]): Promise<void> {
  const log = await createKafkaEventLog({ brokers, clientId: 'headroom-topics' });
  try {
    await log.ensureTopics(topicSpecs({ shards: LOCAL_PARTITIONS, replicationFactor: 1 }));
  } finally {
    await log.close();
  }
}

async function stopAll(processes: ReadonlyMap<string, ServiceProcess>, servers: Servers | undefined): Promise<void> {
  // Together: each drains what it holds while the servers still stand, and the whole stays within five seconds.
  await Promise.all([...processes.values()].map((running) => running.stop(STOP_GRACE_MS)));
  await servers?.stop();
}

export const STACK_DIRECTORY = join(REPOSITORY, '.headroom/stack');
