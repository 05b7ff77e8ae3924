/**
 * Real servers for `*.int.test.ts`. Each comes from the environment (the test runner started it once for all files) or is
 * started here for this file and stopped after it. What cannot be had is SKIPPED aloud, and a failure when CI=true.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from '@jest/globals';
import { provideKafka } from './install.ts';
import { startKafka } from './kafka.ts';
import { createDatabase, findPostgres, startPostgres } from './postgres.ts';
import { findRedis, redisCommand, startRedis } from './redis.ts';

const TEST_LIMIT_MS = 30_000;

/** A server, or the reason why there is none. */
export interface TestServer<Endpoint> {
  readonly endpoint: Endpoint | undefined;
  /** Why there is none. */
  readonly why: string | undefined;
  /** Registers a test that gets the server; a skipped one when there is none. */
  test(title: string, body: (endpoint: Endpoint) => Promise<void> | void, limitMs?: number): void;
}

export interface PostgresEndpoint {
  /** A fresh database of this test file's own, superuser. */
  readonly url: string;
}

export interface RedisEndpoint {
  /** With a database number of this jest worker's own, emptied before the file began. */
  readonly url: string;
}

export interface KafkaEndpoint {
  readonly brokers: readonly string[];
  /** Begins the names of this test file's topics and groups. */
  readonly prefix: string;
}

interface Started<Endpoint> {
  readonly endpoint: Endpoint;
  readonly stop: () => Promise<void>;
}
type Have<Endpoint> = Started<Endpoint> | { readonly missing: string };

const nothingToStop = async (): Promise<void> => {};

/** `const postgres = await postgresForTests(); postgres.test('...', async ({ url }) => ...)` */
export function postgresForTests(): Promise<TestServer<PostgresEndpoint>> {
  return serverFor('PostgreSQL', async (directory) => {
    const given = process.env['HEADROOM_TEST_POSTGRES'];
    const name = `test_${randomBytes(6).toString('hex')}`;
    if (given) return { endpoint: { url: await createDatabase(given, name) }, stop: nothingToStop };
    if (findPostgres() === undefined)
      return { missing: `no binaries for ${process.platform}-${process.arch}: run npm install` };
    const server = await startPostgres({ directory });
    return { endpoint: { url: await createDatabase(server.url, name) }, stop: server.stop };
  });
}

/** A Redis whose keys nobody else touches while this file runs. */
export function redisForTests(): Promise<TestServer<RedisEndpoint>> {
  return serverFor('Redis', async (directory) => {
    const database = Number(process.env['JEST_WORKER_ID'] ?? '0') % 16;
    const given = process.env['HEADROOM_TEST_REDIS'];
    if (given) {
      await redisCommand(Number(new URL(given).port), `SELECT ${database}`, 'FLUSHDB');
      return { endpoint: { url: `${given}/${database}` }, stop: nothingToStop };
    }
    if (findRedis() === undefined) return { missing: 'redis-server is not on PATH: apt-get install redis-server' };
    const server = await startRedis({ directory });
    return { endpoint: { url: `${server.url}/${database}` }, stop: server.stop };
  });
}

/** Apache Kafka, one broker. */
export function kafkaForTests(): Promise<TestServer<KafkaEndpoint>> {
  return serverFor('Kafka', async (directory) => {
    const prefix = `t${randomBytes(4).toString('hex')}.`;
    const given = process.env['HEADROOM_TEST_KAFKA'];
    if (given) return { endpoint: { brokers: given.split(','), prefix }, stop: nothingToStop };
    const piece = await provideKafka({ mayInstall: false, log: () => {} });
    if (piece.kind === 'missing') return { missing: `${piece.why}: ${piece.remedy}` };
    const server = await startKafka({ directory, brokers: 1 });
    return { endpoint: { brokers: server.brokers, prefix }, stop: server.stop };
  });
}

/** A server asked to end while the machine is busy takes its time. */
const STOP_LIMIT_MS = 30_000;

async function serverFor<Endpoint>(
  piece: string,
  get: (directory: string) => Promise<Have<Endpoint>>,
): Promise<TestServer<Endpoint>> {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-test-'));
  const have = await get(directory);
  afterAll(async () => {
    if ('stop' in have) await have.stop();
    rmSync(directory, { recursive: true, force: true });
  }, STOP_LIMIT_MS);
  if ('missing' in have) return skipped(piece, have.missing);
  const { endpoint } = have;
  return {
    endpoint,
    why: undefined,
    test: (title, body, limitMs = TEST_LIMIT_MS) => test(title, async () => body(endpoint), limitMs),
  };
}

function skipped<Endpoint>(piece: string, why: string): TestServer<Endpoint> {
  // A build that must not miss anything (TI-04).
  if (process.env['CI'] === 'true') throw new Error(`${piece} is needed and missing: ${why}`);
  process.stdout.write(`SKIPPED ${piece}: ${why}\n`);
  return { endpoint: undefined, why, test: (title) => test.skip(title, () => {}) };
}
