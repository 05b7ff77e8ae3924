import { expect, test } from '@jest/globals';
import { HEADERS, TOPICS } from '@headroom/contracts';
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
  const logged: object[] = [];
  const note = (event: string, fields: object = {}): void => void logged.push({ event, ...fields });
  const service = assembleGridAdapter(
    {
      ...{ clock: time, timers: time, io: time, rng: { next: () => 0.5 }, ids: { next: () => 'id' } },
      ...{ databaseUrl: '', log: { ...log, trouble: () => now.log } },
      logger: { info: note, warn: note, error: note },
      fatal: (why) => {
        throw new Error(why);
      },
    },
    config.value,
    { store: { ...createMemoryTurnStore(), trouble: () => now.store } },
  );
  return { service, now, log, logged };
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

test('the line of a parked record names the trace of that record', async () => {
  const { service, log, logged } = await rig([SOURCE]);
  await service.start();
  const traceId = 'a'.repeat(32);
  const headers = { [HEADERS.traceparent]: `00-${traceId}-${'b'.repeat(16)}-01` };
  const topic = TOPICS.meteringFacts.name;
  await log.append([{ topic, key: 'depot', value: Uint8Array.of(255, 255), headers }]);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(logged).toContainEqual(expect.objectContaining({ event: 'grid.record-parked', topic, traceId }));
  await service.stop(100);
});
