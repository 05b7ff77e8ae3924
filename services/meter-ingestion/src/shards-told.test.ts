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
  const forgotten: number[] = [];
  const board = { forget: (shards: readonly number[]) => void forgotten.push(...shards) };
  const { ownership } = routes({ events, board } as ServiceDeps).facts;
  await ownership.onAcquired([0, 3]);
  await ownership.onLost([3]);
  expect(told).toEqual([
    ['metering.shards-taken', { shards: '0 3' }],
    ['metering.shards-lost', { shards: '3' }],
  ]);
  expect(forgotten).toEqual([3]);
});
