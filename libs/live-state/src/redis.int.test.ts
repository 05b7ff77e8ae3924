import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@headroom/local';
import { expect } from '@jest/globals';
import { redisForTests } from '@headroom/local/testing';
import { LIVE_STATE_CONTRACT } from './contract.ts';
import { createRedisLiveState } from './redis.ts';

const redis = await redisForTests();
const pass = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

for (const [i, [title, check]] of Object.entries(LIVE_STATE_CONTRACT).entries()) {
  redis.test(`live-state contract on Redis: ${title}`, async ({ url }) => {
    const live = await createRedisLiveState({ url });
    try {
      await expect(check({ live, id: `c${i}`, pass })).resolves.toBeUndefined();
    } finally {
      await live.close();
    }
  });
}

redis.test('R15: who starts while Redis is away starts without it, and writes once it is there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-live-'));
  const server = await startRedis({ directory });
  const node = server.node;
  node.kill('SIGKILL');
  await node.stop();
  const live = await createRedisLiveState({ url: server.url });
  const value = {
    family: 'site',
    id: 'later',
    version: { epoch: 1n, offset: 1n },
    value: new Uint8Array([7]),
    ttlMs: 9_000,
  } as const;
  try {
    expect(live.trouble()).toContain('Redis does not answer: ');
    await expect(live.put(value)).rejects.toMatchObject({ code: 'LIVE_UNAVAILABLE' });
    await expect(live.watch('site', 'later', () => undefined)).rejects.toMatchObject({ code: 'LIVE_UNAVAILABLE' });
    await node.start();
    for (let tries = 0; live.trouble() !== undefined && tries < 100; tries += 1) await pass(100);
    const seen = new Promise((resolve) => void live.watch('site', 'later', resolve));
    await pass(200);
    expect(await live.put(value)).toBe('written');
    expect(await seen).toMatchObject({ version: { epoch: 1n } });
  } finally {
    await live.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});
