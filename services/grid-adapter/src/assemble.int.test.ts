import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { encodeRecord, type gridV1, siteV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog } from '@headroom/event-log';
import { ok } from '@headroom/kernel';
import { postgresForTests } from '@headroom/local/testing';
import { systemTime, topicSpecs } from '@headroom/service-host';
import { assembleGridAdapter } from './assemble.ts';
import { toConfig } from './config.ts';
import { event, limit } from './domain/test-support/events.ts';

const { test } = await postgresForTests();
const PATIENCE_MS = 15_000;
const time = systemTime();
const log = createMemoryEventLog();
const timelines: gridV1.TimelineSet[] = [];
let vtn: Server;

beforeAll(async () => {
  await log.ensureTopics(topicSpecs({ shards: 6, replicationFactor: 1 }));
  const circuits = [{ circuitId: 'grid', rating: { l1DeciA: 1_000, l2DeciA: 1_000, l3DeciA: 1_000 } }];
  const site = siteV1.SiteConfig.fromPartial({ siteId: 'depot', nominalVoltageV: 230, circuits });
  const envelope = { eventId: 'site/1', eventType: 'SiteConfig', occurredAtMs: 0, producer: 'test' };
  await log.append([encodeRecord(TOPICS.siteConfig, 'depot', site, envelope)]);
  vtn = createServer((request, response) => {
    const endless = event({
      intervalPeriod: { start: '2026-01-01T00:00:00Z', duration: 'P9999Y', randomizeStart: 'PT1H' },
      intervals: [limit(0, 50)],
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url?.startsWith('/events?') === true ? [endless] : []));
  });
  await new Promise<void>((resolve) => vtn.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => vtn.close(resolve).closeAllConnections()));

async function until(holds: () => boolean): Promise<void> {
  const lateMs = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > lateMs) throw new Error('never');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('DR-D4: on PostgreSQL two instances publish one timeline, and the second goes on where the first stopped', async ({
  url: databaseUrl,
}) => {
  const { port } = vtn.address() as AddressInfo;
  const source = { name: 'dso', url: `http://127.0.0.1:${port}`, untargeted: [{ siteId: 'depot' }] };
  const text = ok(JSON.stringify({ sources: [source] }));
  const config = toConfig({ path: 'test', text, variable: () => undefined });
  if (config.kind === 'err') throw new Error(config.error.join(' '));
  const instance = () =>
    assembleGridAdapter(
      {
        ...{ clock: time, timers: time, io: time, rng: { next: Math.random }, databaseUrl },
        ids: { next: () => `id-${Math.random()}` },
        log: {
          ...log,
          append: (records, options) => {
            for (const { topic, value } of records) {
              const fact = topic === TOPICS.gridFacts.name ? TOPICS.gridFacts.codec.decode(value).fact : undefined;
              if (fact?.$case === 'timelineSet') timelines.push(fact.value);
            }
            return log.append(records, options);
          },
        },
        logger: { info: () => {}, warn: () => {}, error: () => {} },
        fatal: (why, cause) => {
          throw new Error(why, { cause });
        },
      },
      config.value,
    );
  const [one, other] = [instance(), instance()];
  await Promise.all([one.start(), other.start()]);
  expect([one.readiness(), other.readiness()]).toEqual([{ kind: 'ready' }, { kind: 'ready' }]);
  await until(() => timelines.length > 0);
  await one.stop(1_000);
  await other.stop(1_000);
  const third = instance();
  await third.start();
  await until(() => timelines.at(-1)?.version === BigInt(timelines.length) && timelines.length > 1);
  await third.stop(1_000);
  const said = timelines.map(({ segments }) => segments.map(({ limitW, cause }) => [limitW, cause?.eventId]));
  expect(new Set(said.map((each) => JSON.stringify(each, (_, part: unknown) => String(part))))).toHaveProperty(
    'size',
    1,
  );
  expect(said[0]).toEqual([[50_000n, 'e1']]);
});
