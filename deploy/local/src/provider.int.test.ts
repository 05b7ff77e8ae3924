import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { imageEnvironment } from './kafka-settings.ts';
import { startServers } from './provider.ts';
import { postgresForTests, redisForTests } from './test-servers.ts';

const redis = await redisForTests();
const postgres = await postgresForTests();
const directory = mkdtempSync(join(tmpdir(), 'headroom-local-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

postgres.test(
  'TI-05: local servers are told with endpoints, versions and pids, and none is left after stop',
  async () => {
    const lines: string[] = [];
    const want = redis.endpoint === undefined ? (['postgres'] as const) : (['postgres', 'redis'] as const);
    const servers = await startServers({
      want,
      directory,
      mode: 'local',
      mayInstall: false,
      log: (line) => lines.push(line),
    });
    expect(servers.provider).toBe('local');
    expect(servers.missing).toEqual([]);
    expect(servers.endpoints.postgres).toMatch(/^postgres:\/\/headroom@127\.0\.0\.1:\d+\/postgres$/);
    const living = () => [...servers.nodes.values()].filter((node) => existsSync(`/proc/${node.pid()}`));
    expect(living().map(({ name }) => name)).toEqual(want);
    expect(lines).toHaveLength(want.length);
    await servers.stop();
    await servers.stop();
    expect(living()).toEqual([]);
  },
);

test('what is missing is a value with the command that helps', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = directory;
  try {
    const servers = await startServers({
      want: ['redis', 'kafka'],
      directory,
      mode: 'local',
      mayInstall: false,
      log: () => {},
    });
    expect(servers.endpoints).toEqual({});
    expect(servers.missing).toEqual([
      expect.objectContaining({
        server: 'redis',
        remedy: 'sudo apt-get install -y --no-install-recommends redis-server',
      }),
      expect.objectContaining({
        server: 'kafka',
        remedy: 'sudo apt-get install -y --no-install-recommends openjdk-17-jre-headless',
      }),
    ]);
  } finally {
    process.env['PATH'] = path;
  }
});

test('settings become the names that the image reads', () => {
  expect(imageEnvironment({ 'log.dirs': '/x', 'a-b_c.d': 1 })).toEqual({ KAFKA_LOG_DIRS: '/x', KAFKA_A__B___C_D: '1' });
});
