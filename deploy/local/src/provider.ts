import { join } from 'node:path';
import { type Piece, provideKafka, providePostgres, provideRedis } from './install.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import type { Server, ServerName, ServerNode } from './server.ts';

export type ServerMode = 'auto' | 'containers' | 'local';

export interface ServersOptions {
  readonly want: readonly ServerName[];
  /** Holds data, logs and pid files of local processes. */
  readonly directory: string;
  readonly mode: ServerMode;
  /** Default 1. Three only as local processes. */
  readonly kafkaBrokers?: 1 | 3;
  /** PostgreSQL with every commit on the disk. Default false. */
  readonly durable?: boolean;
  /** Install what is missing where that is possible. Default true. */
  readonly mayInstall?: boolean;
  /** Progress, a line each. */
  readonly log: (line: string) => void;
}

export type MissingPiece = Piece & { readonly kind: 'missing' };

export interface Servers {
  readonly provider: 'containers' | 'local';
  readonly endpoints: Readonly<Partial<Record<ServerName, string>>>;
  readonly versions: Readonly<Partial<Record<ServerName, string>>>;
  /** What could not be had, with the remedy; its endpoint is absent. */
  readonly missing: readonly (MissingPiece & { readonly server: ServerName })[];
  /** Processes of the servers by name: `postgres`, `redis`, `kafka-1` ... None for containers. */
  readonly nodes: ReadonlyMap<string, ServerNode>;
  /** In the reverse order of the start. Calling it twice is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts real servers: containers where an engine answers and has their images, else local processes (TI-02).
 * Missing pieces are values; a server that is there and does not start is an error, and what was started is stopped.
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const provider = await choose(options);
  const running: { readonly name: ServerName; readonly server: Server }[] = [];
  const missing: (MissingPiece & { readonly server: ServerName })[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll(running.map((each) => each.server)));
  try {
    for (const name of options.want) {
      const piece = provider === 'containers' ? READY : await provide(name, options);
      if (piece.kind === 'missing') {
        missing.push({ ...piece, server: name });
        continue;
      }
      const server = await start(name, provider, options);
      running.push({ name, server });
      options.log(`${name} ${server.version} (${provider}) at ${server.endpoint}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    provider,
    endpoints: Object.fromEntries(running.map(({ name, server }) => [name, server.endpoint])),
    versions: Object.fromEntries(running.map(({ name, server }) => [name, server.version])),
    missing,
    nodes: new Map(running.flatMap(({ server }) => server.nodes.map((node) => [node.name, node] as const))),
    stop,
  };
}

const READY: Piece = { kind: 'ready' };

async function stopAll(servers: readonly Server[]): Promise<void> {
  const failures: unknown[] = [];
  for (const server of servers.toReversed()) await server.stop().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'not every server ended');
}

async function choose(options: ServersOptions): Promise<'containers' | 'local'> {
  if (options.mode === 'local') return 'local';
  const why =
    options.kafkaBrokers === 3
      ? 'three brokers run as local processes only'
      : await (await import('./containers.ts')).whyNoContainers(options.want, options.log);
  if (why === undefined) return 'containers';
  if (options.mode === 'containers') throw new Error(`containers were asked for, but ${why}`);
  options.log(`Local processes, for ${why}`);
  return 'local';
}

function provide(name: ServerName, options: ServersOptions): Promise<Piece> {
  const install = { mayInstall: options.mayInstall ?? true, log: options.log };
  switch (name) {
    case 'kafka':
      return provideKafka(install);
    case 'redis':
      return provideRedis(install);
    case 'postgres':
      return providePostgres();
  }
}

async function start(name: ServerName, provider: 'containers' | 'local', options: ServersOptions): Promise<Server> {
  if (provider === 'containers') return (await import('./containers.ts')).startContainer(name);
  const directory = join(options.directory, name);
  switch (name) {
    case 'kafka': {
      const kafka = await startKafka({ directory, brokers: options.kafkaBrokers ?? 1 });
      return { endpoint: kafka.brokers.join(','), version: kafka.version, nodes: kafka.nodes, stop: kafka.stop };
    }
    case 'redis': {
      const redis = await startRedis({ directory });
      return { endpoint: redis.url, version: redis.version, nodes: [redis.node], stop: redis.stop };
    }
    case 'postgres': {
      const postgres = await startPostgres({ directory, durable: options.durable ?? false });
      return { endpoint: postgres.url, version: postgres.version, nodes: [postgres.node], stop: postgres.stop };
    }
  }
}
