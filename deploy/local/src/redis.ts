import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { startGuarded } from './guarded-process.ts';
import { onFreePort, whenReady } from './ready.ts';
import { serverNode } from './server-node.ts';
import type { ServerNode } from './server.ts';

const READY_LIMIT_MS = 10_000;
const COMMAND = 'redis-server';

export interface RedisOptions {
  /** Holds its log and pid file; nothing is written to disk. */
  readonly directory: string;
  readonly port?: number;
}

export interface LocalRedis {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  /** What it held is gone when it is started again. */
  readonly node: ServerNode;
  stop(): Promise<void>;
}

/** The version of the redis-server on PATH, or undefined. */
export function findRedis(): string | undefined {
  try {
    const words = execFileSync(COMMAND, ['--version'], {
      encoding: 'utf8',
      env: process.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /v=([0-9.]+)/.exec(words)?.[1];
  } catch {
    return undefined;
  }
}

/** Starts redis-server without persistence: what it holds is a view (ARCHITECTURE.md section 2). */
export async function startRedis(options: RedisOptions): Promise<LocalRedis> {
  const version = findRedis();
  if (version === undefined) throw new Error(`${COMMAND} is not on PATH`);
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true });
  const logFile = join(directory, 'redis.log');
  return onFreePort(options.port, async (port) => {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--appendonly', 'no', '--dir', directory];
    const node = serverNode('redis', port, async () => {
      const server = await startGuarded({
        name: 'redis',
        command: COMMAND,
        args: [...settings, '--save', ''],
        cwd: directory,
        env: { PATH: process.env['PATH'] },
        stopSignal: 'SIGTERM',
        logFile,
      });
      const isReady = async () => (await redisCommand(port, 'PING')) === '+PONG';
      await whenReady({ name: 'Redis', process: server, logFile, pollMs: 5, limitMs: READY_LIMIT_MS, isReady });
      return server;
    });
    await node.start();
    return { url: `redis://127.0.0.1:${port}`, port, version, node, stop: node.stop };
  });
}

/** The last reply line to some inline commands, or undefined when nobody answers. Enough for PING and FLUSHDB. */
export function redisCommand(port: number, ...commands: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    const done = (reply: string | undefined) => {
      socket.destroy();
      resolve(reply);
    };
    socket.setTimeout(2000, () => done(undefined));
    socket.once('error', () => done(undefined));
    socket.once('end', () => done(undefined));
    socket.on('data', (chunk) => {
      text += String(chunk);
      const lines = text.split('\r\n').slice(0, -1);
      if (lines.length >= commands.length) done(lines[commands.length - 1]);
    });
    socket.write(commands.map((command) => `${command}\r\n`).join(''));
  });
}
