import { expect, test } from '@jest/globals';
import { createEvents } from './events.ts';
import { routes, type ServiceDeps } from './service.ts';

test('the log of each instance tells which shards it takes and which it loses, so that all logs together tell whose a shard was', async () => {
  const told: unknown[] = [];
  const silent = () => {};
  const events = createEvents({
    info: (event, fields) => void told.push([event, fields]),
    warn: silent,
    error: silent,
  });
  const { ownership } = routes({ events } as ServiceDeps).facts;
  await ownership.onAcquired([0, 3]);
  await ownership.onLost([3]);
  expect(told).toEqual([
    ['registry.shards-taken', { shards: '0 3' }],
    ['registry.shards-lost', { shards: '3' }],
  ]);
});
