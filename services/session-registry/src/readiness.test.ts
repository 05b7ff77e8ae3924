import { expect, test } from '@jest/globals';
import { createMemoryEventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { topicSpecs } from '@headroom/service-host';
import { manualTime } from '@headroom/testing';
import { createMemoryTurnStore } from '@headroom/turn-store';
import { assembleSessionRegistry } from './assemble.ts';
import { DEFAULT_SESSION_REGISTRY_CONFIG } from './config.ts';

/** A registry on memory twins, whose troubles are set by hand. */
async function rig() {
  const time = manualTime(0);
  const log = createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: 6, replicationFactor: 1 }));
  const now = { store: undefined as string | undefined, log: undefined as string | undefined, pollAgeMs: 0 };
  const silent = () => {};
  const service = assembleSessionRegistry(
    {
      ...{ clock: time, timers: time, io: time, ids: { next: () => 'id' }, rng: { next: () => 0.5 } },
      log: {
        ...log,
        trouble: () => now.log,
        consume: async (options) => ({ ...(await log.consume(options)), pollAgeMs: () => now.pollAgeMs }),
      },
      live: createMemoryLiveState({ clock: time }),
      rpc: createMemoryRpcNetwork(),
      ...{ databaseUrl: '', shards: 6, addresses: { 'session-registry': 'registry' } },
      logger: { info: silent, warn: silent, error: silent },
      fatal: (why) => {
        throw new Error(why);
      },
    },
    DEFAULT_SESSION_REGISTRY_CONFIG,
    { store: { ...createMemoryTurnStore(), trouble: () => now.store } },
  );
  return { service, now };
}

test('readiness says in words what is wrong, and takes it back: the store first, then the log, then that nothing is read', async () => {
  const { service, now } = await rig();
  const why = (): string | undefined => {
    const readiness = service.readiness();
    return readiness.kind === 'not-ready' ? readiness.why : undefined;
  };
  expect(why()).toBe('starting');
  await service.start();
  expect(why()).toBeUndefined();
  now.pollAgeMs = 30_000;
  expect(why()).toBeUndefined();
  now.pollAgeMs = 30_001;
  expect(why()).toBe('station facts are not being read: look at Kafka, and at the load here');
  now.log = 'Kafka does not take records: connection refused';
  expect(why()).toBe('Kafka does not take records: connection refused');
  now.store = 'PostgreSQL does not answer: connection refused';
  expect(why()).toBe('PostgreSQL does not answer: connection refused');
  Object.assign(now, { store: undefined, log: undefined, pollAgeMs: 0 });
  expect(why()).toBeUndefined();
  await service.stop(100);
  expect(why()).toBe('stopping');
});
