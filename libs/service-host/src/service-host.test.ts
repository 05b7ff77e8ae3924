import { expect, test } from '@jest/globals';
import { TOPICS } from '@headroom/contracts';
import { MAX_REPLICAS } from '@headroom/rpc';
import { addressBook, optionalHttpUrl, ratio, required, wholeNumber } from './readers.ts';
import { serveHealth } from './health-server.ts';
import { addressesFor, toPlatformConfig } from './real-platform.ts';
import type { Readiness } from './service.ts';
import { MAX_SPEED, systemTime } from './time.ts';
import { topicSpecs } from './topic-specs.ts';

const ENV = {
  HEADROOM_KAFKA_BROKERS: '127.0.0.1:9092,127.0.0.1:9093',
  HEADROOM_REDIS_URL: 'redis://127.0.0.1:6379',
  HEADROOM_DATABASE_URL: 'postgres://headroom@127.0.0.1:5432/headroom',
  HEADROOM_ADDRESSES: 'session-registry=127.0.0.1:7001,ocpp-gateway=10.0.0.7:7002',
};

test('a whole platform configuration is read, with the partitions of production by default', () => {
  expect(toPlatformConfig(ENV)).toEqual({
    kind: 'ok',
    value: {
      kafkaBrokers: ['127.0.0.1:9092', '127.0.0.1:9093'],
      redisUrl: 'redis://127.0.0.1:6379',
      databaseUrl: 'postgres://headroom@127.0.0.1:5432/headroom',
      shards: 64,
      addresses: { 'session-registry': '127.0.0.1:7001', 'ocpp-gateway': '10.0.0.7:7002' },
      rpcAddress: undefined,
      healthPort: 0,
      otlpEndpoint: undefined,
      traceSampleRatio: 0.01,
    },
  });
});

test('replicas: one entry names all of them, and the process says which one it is', () => {
  const addresses = 'session-registry=10.0.0.1:7001|10.0.0.2:7001,meter-ingestion=10.0.0.1:7002';
  const read = toPlatformConfig({ ...ENV, HEADROOM_ADDRESSES: addresses, HEADROOM_RPC_ADDRESS: '10.0.0.2:7001' });
  if (read.kind === 'err') throw new Error(read.error.join());
  expect(addressesFor('session-registry', read.value)).toEqual({
    'session-registry': '10.0.0.2:7001',
    'meter-ingestion': '10.0.0.1:7002',
  });
  expect(addressesFor('ocpp-gateway', { ...read.value, rpcAddress: undefined })['session-registry']).toBe(
    '10.0.0.1:7001|10.0.0.2:7001',
  );
  expect(() => addressesFor('session-registry', { ...read.value, rpcAddress: undefined })).toThrow(
    'HEADROOM_RPC_ADDRESS',
  );
});

test('replicas: as many as are called, and not one more', () => {
  const of = (count: number) => `a=${Array.from({ length: count }, (_, n) => `h:${n + 1}`).join('|')}`;
  expect(addressBook('N', of(MAX_REPLICAS)).kind).toBe('ok');
  expect(addressBook('N', of(MAX_REPLICAS + 1))).toMatchObject({
    kind: 'err',
    error: expect.stringContaining('at most 16'),
  });
  expect(addressBook('N', 'a=h:1|').kind).toBe('err');
});

test('each thing that is wrong is a sentence that names its variable, all at once', () => {
  const read = toPlatformConfig({
    HEADROOM_SHARDS: '0',
    HEADROOM_HEALTH_PORT: 'x',
    HEADROOM_ADDRESSES: 'registry',
    HEADROOM_OTLP_ENDPOINT: 'collector:4318',
    HEADROOM_TRACE_SAMPLE_RATIO: '2',
  });
  expect(read.kind === 'err' && read.error).toEqual([
    expect.stringContaining('HEADROOM_KAFKA_BROKERS is not set'),
    expect.stringContaining('HEADROOM_REDIS_URL is not set'),
    expect.stringContaining('HEADROOM_DATABASE_URL is not set'),
    expect.stringContaining('HEADROOM_SHARDS is "0"'),
    expect.stringContaining('HEADROOM_HEALTH_PORT is "x"'),
    expect.stringContaining('"registry"'),
    expect.stringContaining('HEADROOM_OTLP_ENDPOINT is "collector:4318"'),
    expect.stringContaining('HEADROOM_TRACE_SAMPLE_RATIO is "2"'),
  ]);
});

test('readers: bounds belong to what is allowed, empty is absent', () => {
  const bounds = { min: 1, max: 10, fallback: 5 };
  expect(['1', '10', '', undefined].map((text) => wholeNumber('N', text, bounds))).toEqual(
    [1, 10, 5, 5].map((value) => ({ kind: 'ok', value })),
  );
  for (const text of ['0', '11', '1.5', 'NaN']) expect(wholeNumber('N', text, bounds).kind).toBe('err');
  expect(required('N', '', 'a name').kind).toBe('err');
  expect(addressBook('N', 'a=h:1,b=h:x').kind).toBe('err');
});

test('a ratio is 0 to 1, and a collector is a URL whose secrets never reach a sentence', () => {
  expect(['0', '1', '0.05', ''].map((text) => ratio('N', text, 0.5))).toEqual(
    [0, 1, 0.05, 0.5].map((value) => ({ kind: 'ok', value })),
  );
  for (const text of ['-0.1', '1.01', 'NaN', ' ', 'Infinity']) expect(ratio('N', text, 0.5).kind).toBe('err');
  expect(optionalHttpUrl('N', 'https://collector.example:4318/base')).toMatchObject({ kind: 'ok' });
  for (const text of ['ftp://x', 'collector', 'http://']) expect(optionalHttpUrl('N', text).kind).toBe('err');
  const secret = optionalHttpUrl('N', 'http://me:geheim@collector');
  expect(secret.kind === 'err' && secret.error).toBe('N holds a user or a password; it must not.');
});

test('time at x10 passes ten times as fast, wall and monotonic alike, and timers with it', async () => {
  const time = systemTime(10);
  const begun = { wall: time.nowMs(), mono: time.monoMs(), real: performance.now() };
  await new Promise<void>((resolve) => time.after(1_000, resolve));
  const realMs = performance.now() - begun.real;
  // The timer of one virtual second must not have waited a real one; how late the machine is does not matter.
  const passed = [time.monoMs() - begun.mono, time.nowMs() - begun.wall];
  // Between two looks at a clock a busy machine may rest for some milliseconds.
  for (const ms of passed) {
    expect(ms / realMs).toBeGreaterThan(8);
    expect(ms / realMs).toBeLessThan(13);
  }
  expect(time.monoMs() - begun.mono).toBeGreaterThanOrEqual(1_000);
});

test('time faster than the bound is refused', () => {
  expect(() => systemTime(MAX_SPEED + 1)).toThrow('is not within 1 to 60');
});

test('every topic of the registry is made, and a parked one for each group that reads it', () => {
  const specs = topicSpecs({ shards: 6, replicationFactor: 3 });
  const parked = Object.values(TOPICS).reduce((sum, { consumers }) => sum + consumers.length, 0);
  expect(specs).toHaveLength(Object.keys(TOPICS).length + parked);
  expect(new Set(specs.map(({ name }) => name)).size).toBe(specs.length);
  expect(specs.every(({ partitions, replicationFactor }) => partitions === 6 && replicationFactor === 3)).toBe(true);
});

test('health says alive always, ready when it is, and why not in words', async () => {
  const now: { readiness: Readiness } = { readiness: { kind: 'not-ready', why: 'Kafka does not answer' } };
  const service = { name: 's', start: async () => {}, stop: async () => {}, readiness: () => now.readiness };
  const broken = { now: false };
  const telemetry = {
    exposition: async () => {
      if (broken.now) throw new Error('it broke');
      return '# TYPE x counter';
    },
    finishedSpans: () => [],
  };
  const health = await serveHealth({ service, port: 0, handledCalls: () => ({ '/a/B': 3 }), telemetry });
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${health.port}${path}`);
    return [answer.status, (await answer.text()).trim()];
  };
  expect(await ask('/healthz')).toEqual([200, 'alive']);
  const words = /^not ready since \d{4}-\d\d-\d\dT[\d:.]+Z \(\d+ s\): Kafka does not answer$/;
  expect(await ask('/readyz')).toEqual([503, expect.stringMatching(words)]);
  const [, before] = await ask('/readyz');
  expect((await ask('/readyz'))[1]).toContain(String(before).split(' (')[0]);
  now.readiness = { kind: 'ready' };
  expect(await ask('/readyz')).toEqual([200, 'ready']);
  expect(await ask('/calls')).toEqual([200, '{"/a/B":3}']);
  expect(await ask('/metrics')).toEqual([200, '# TYPE x counter']);
  expect(await ask('/traces')).toEqual([200, '[]']);
  expect((await ask('/etc'))[0]).toBe(404);
  broken.now = true;
  expect(await ask('/metrics')).toEqual([500, 'Error: it broke']);
  health.close();
});
