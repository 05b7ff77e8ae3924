import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { portAnswers } from './ready.ts';
import { redisCommand, startRedis } from './redis.ts';
import { redisForTests } from './test-servers.ts';

const redis = await redisForTests();

redis.test('a test file gets an empty database of a real Redis', async ({ url }) => {
  const { port, pathname } = new URL(url);
  expect(await redisCommand(Number(port), `SELECT ${pathname.slice(1)}`, 'DBSIZE')).toBe(':0');
});

redis.test('RD-01: starts on loopback, answers, and is gone after stop', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-local-'));
  const server = await startRedis({ directory });
  expect(await redisCommand(server.port, 'SET a 1', 'GET nothing')).toBe('$-1');
  await server.stop();
  expect(await portAnswers(server.port)).toBe(false);
  expect(await redisCommand(server.port, 'PING')).toBeUndefined();
  rmSync(directory, { recursive: true, force: true });
});

redis.test('a Redis that was killed is there again on its port, empty; one that hangs ends when asked', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-local-'));
  const server = await startRedis({ directory });
  expect(await redisCommand(server.port, 'SET a 1')).toBe('+OK');
  server.node.kill('SIGKILL');
  await server.node.start();
  expect(await redisCommand(server.port, 'DBSIZE')).toBe(':0');
  server.node.kill('SIGSTOP');
  await server.stop();
  expect(await portAnswers(server.port)).toBe(false);
  rmSync(directory, { recursive: true, force: true });
});
