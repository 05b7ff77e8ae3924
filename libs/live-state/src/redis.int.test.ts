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
