import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ContainerRuntimeClient,
  GenericContainer,
  getContainerRuntimeClient,
  ImageName,
  PullPolicy,
  Wait,
} from 'testcontainers';
import { brokerSettings, CLUSTER_ID, imageEnvironment } from './kafka-settings.ts';
import type { Server, ServerName } from './server.ts';
import { claimPort } from './ports.ts';

/** Images that have not arrived by then are not waited for (TI-02). */
const PULL_LIMIT_MS = 20_000;
const START_LIMIT_MS = 60_000;
/** On every container of ours, with the pid of the process that started it. */
const LABEL = 'dev.headroom.started-by';

export const IMAGES: Readonly<Record<ServerName, string>> = {
  kafka: 'apache/kafka:4.2.0',
  redis: 'redis:7',
  postgres: 'postgres:18',
};

/** A container whose ports are bound to the loopback interface only; the library would bind them to every interface. */
class LoopbackContainer extends GenericContainer {
  onLoopback(): this {
    const bindings: Record<string, { readonly HostPort?: string; readonly HostIp?: string }[]> = {
      ...this.hostConfig.PortBindings,
    };
    this.hostConfig.PortBindings = Object.fromEntries(
      Object.entries(bindings).map(([port, hosts]) => [port, hosts.map((host) => ({ ...host, HostIp: '127.0.0.1' }))]),
    );
    return this;
  }
}

/** Undefined: containers can be used. Else why not, in words. */
export async function whyNoContainers(
  want: readonly ServerName[],
  log: (line: string) => void,
): Promise<string | undefined> {
  // Its image would have to be pulled too; crashed runs are cleaned up by label instead (DP-30, DP-31).
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  let client: ContainerRuntimeClient;
  try {
    client = await getContainerRuntimeClient();
  } catch {
    return 'no container engine answers';
  }
  const { host } = client.info.containerRuntime;
  if (!['localhost', '127.0.0.1', '::1'].includes(host)) return 'the container engine is on another machine';
  await removeLeftOvers(client);
  const images = want.map((name) => ImageName.fromString(IMAGES[name]));
  const present = await Promise.all(images.map((image) => client.image.exists(image)));
  const absent = images.filter((_, index) => present[index] !== true);
  if (absent.length === 0) return undefined;
  log(`Waiting up to ${PULL_LIMIT_MS / 1000} s for ${absent.map((image) => image.string).join(', ')}`);
  const arrived = Promise.all(absent.map((image) => client.image.pull(image))).then(
    () => undefined,
    (error: unknown) => `an image cannot be pulled: ${String(error)}`,
  );
  return Promise.race([arrived, sleep(PULL_LIMIT_MS, 'the images did not arrive in time', { ref: false })]);
}

/** Containers of runs of ours that crashed. */
async function removeLeftOvers(client: ContainerRuntimeClient): Promise<void> {
  for (const found of await client.container.list()) {
    const pid = Number(found.Labels[LABEL]);
    if (Number.isInteger(pid) && pid > 0 && !isAlive(pid)) {
      await client.container.remove(client.container.getById(found.Id), { removeVolumes: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function startContainer(name: ServerName): Promise<Server> {
  switch (name) {
    case 'kafka':
      return kafkaContainer();
    case 'redis':
      return redisContainer();
    case 'postgres':
      return postgresContainer();
  }
}

function container(image: string): LoopbackContainer {
  return new LoopbackContainer(image)
    .withPullPolicy(PullPolicy.neverPull())
    .withLabels({ [LABEL]: String(process.pid) })
    .withStartupTimeout(START_LIMIT_MS);
}

/** The broker tells its clients where it is, so the port outside must be known before it starts and be the same inside. */
async function kafkaContainer(): Promise<Server> {
  const port = await claimPort();
  const controllerPort = port === 65_535 ? port - 1 : port + 1;
  const place = { nodeId: 1, port, controllerPort };
  const settings = {
    ...brokerSettings(place, [place], '/tmp/kafka-logs'),
    listeners: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
  };
  const started = await container(IMAGES.kafka)
    .withEnvironment({ ...imageEnvironment(settings), CLUSTER_ID })
    .withExposedPorts({ container: port, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .onLoopback()
    .start();
  return {
    endpoint: `127.0.0.1:${port}`,
    version: IMAGES.kafka,
    nodes: [],
    stop: async () => void (await started.stop()),
  };
}

async function redisContainer(): Promise<Server> {
  const started = await container(IMAGES.redis)
    .withCommand(['redis-server', '--save', '', '--appendonly', 'no'])
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .onLoopback()
    .start();
  const endpoint = `redis://127.0.0.1:${started.getMappedPort(6379)}`;
  return { endpoint, version: IMAGES.redis, nodes: [], stop: async () => void (await started.stop()) };
}

async function postgresContainer(): Promise<Server> {
  const started = await container(IMAGES.postgres)
    .withEnvironment({ POSTGRES_USER: 'headroom', POSTGRES_DB: 'postgres', POSTGRES_HOST_AUTH_METHOD: 'trust' })
    .withCommand(['postgres', '-c', 'max_connections=200', '-c', 'fsync=off', '-c', 'full_page_writes=off'])
    .withExposedPorts(5432)
    // It starts once for its own set-up and then for good.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .onLoopback()
    .start();
  const endpoint = `postgres://headroom@127.0.0.1:${started.getMappedPort(5432)}/postgres`;
  return { endpoint, version: IMAGES.postgres, nodes: [], stop: async () => void (await started.stop()) };
}
