import { expect, test } from '@jest/globals';
import { createMemoryEventLog } from '@headroom/event-log';
import { ok } from '@headroom/kernel';
import { systemTime, topicSpecs } from '@headroom/service-host';
import { createMemoryTurnStore } from '@headroom/turn-store';
import { assembleGridAdapter } from './assemble.ts';
import { toConfig } from './config.ts';

const SOURCE = { name: 'dso', url: 'http://127.0.0.1:9', untargeted: [{ siteId: 'depot' }] };

async function rig(sources: readonly object[]) {
  const time = systemTime();
  const log = createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: 6, replicationFactor: 1 }));
  const text = ok(JSON.stringify({ sources }));
  const config = toConfig({ path: 'test', text, variable: () => undefined });
  if (config.kind === 'err') throw new Error(config.error.join(' '));
  const now = { log: undefined as string | undefined, store: undefined as string | undefined };
  const silent = () => {};
  const service = assembleGridAdapter(
    {
      ...{ clock: time, timers: time, io: time, rng: { next: () => 0.5 }, ids: { next: () => 'id' } },
      ...{ databaseUrl: '', log: { ...log, trouble: () => now.log } },
      logger: { info: silent, warn: silent, error: silent },
      fatal: (why) => {
        throw new Error(why);
      },
    },
    config.value,
    { store: { ...createMemoryTurnStore(), trouble: () => now.store } },
  );
  return { service, now };
}

test('readiness says in words what is wrong, the log before the store, and takes it back; a VTN that is away is none of it', async () => {
  const { service, now } = await rig([SOURCE]);
  expect(service.readiness()).toEqual({ kind: 'not-ready', why: 'starting' });
  await service.start();
  expect(service.readiness()).toEqual({ kind: 'ready' });
  now.store = 'PostgreSQL does not answer: connection refused';
  expect(service.readiness()).toEqual({ kind: 'not-ready', why: now.store });
  now.log = 'Kafka does not take records: connection refused';
  expect(service.readiness()).toEqual({ kind: 'not-ready', why: now.log });
  Object.assign(now, { log: undefined, store: undefined });
  expect(service.readiness()).toEqual({ kind: 'ready' });
  await service.stop(100);
  expect(service.readiness()).toEqual({ kind: 'not-ready', why: 'stopping' });
});

test('without any source there is nothing that could be wrong', async () => {
  const { service } = await rig([]);
  expect(service.readiness()).toEqual({ kind: 'not-ready', why: 'not started' });
  await service.start();
  expect(service.readiness()).toEqual({ kind: 'ready' });
});
