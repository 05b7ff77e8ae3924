import { expect, test } from '@jest/globals';
import { createMemoryEventLog, parkedTopicOf, type RecordBatch } from '@headroom/event-log';
import { epochMs } from '@headroom/kernel';
import { createMemoryLiveState } from '@headroom/live-state';
import { bind, createMemoryRpcNetwork, RpcError, type UnaryMethod } from '@headroom/rpc';
import { createKeptMetrics, type MetricName } from '@headroom/telemetry';
import { measureLive } from './measure-live.ts';
import { measureLog } from './measure-log.ts';
import { measureProcess } from './measure-process.ts';
import { measureRpc } from './measure-rpc.ts';

const TOPIC = 'headroom.station.facts.v1';
const clock = { nowMs: () => epochMs(20_000), monoMs: () => 0 };

/** Each look at the time is 10 ms later than the one before. */
function slowIo() {
  let ms = 0;
  return { monoMs: () => (ms += 10) };
}

function measuring() {
  const metrics = createKeptMetrics();
  const shown = (name: MetricName): Readonly<Record<string, unknown>> => {
    const series = metrics.families().find((family) => family.name === name)?.series ?? [];
    return Object.fromEntries(
      series.map((each) => [
        Object.values(each.labels).join(' '),
        each.kind === 'value' ? each.value : [each.counts.reduce((sum, count) => sum + count), each.sum],
      ]),
    );
  };
  return { metrics, shown };
}

const recordAt = (occurredAtMs: number, topic = TOPIC) => ({
  topic,
  key: 'site',
  value: new Uint8Array(7),
  headers: { 'occurred-at-ms': String(occurredAtMs) },
});

async function measuredLog() {
  const { metrics, shown } = measuring();
  const inner = createMemoryEventLog();
  const parked = parkedTopicOf(TOPIC, 'g');
  await inner.ensureTopics(
    [TOPIC, parked].map((name) => ({ name, partitions: 1, replicationFactor: 1, cleanup: 'delete' })),
  );
  return { log: measureLog(inner, { metrics, clock, io: slowIo() }), shown, parked };
}

test('the log tells what was appended, how long it took, what was parked, and what it refused by its code', async () => {
  const { log, shown, parked } = await measuredLog();
  await log.append([recordAt(0), recordAt(1)]);
  await log.append([recordAt(2, parked)]);
  await expect(log.append([recordAt(3)], { fence: () => false })).rejects.toMatchObject({ code: 'LOG_FENCED' });
  const waits = log.append([recordAt(4)]);
  expect(shown('headroom_log_appends_under_way')).toEqual({ '': 1 });
  await waits;
  expect(shown('headroom_log_appends_under_way')).toEqual({ '': 0 });
  expect(shown('headroom_log_appended_records_total')).toEqual({ [TOPIC]: 3, [parked]: 1 });
  expect(shown('headroom_log_appended_bytes_total')).toEqual({ [TOPIC]: 21, [parked]: 7 });
  expect(shown('headroom_log_parked_records_total')).toEqual({ [parked]: 1 });
  expect(shown('headroom_log_append_refusals_total')).toEqual({ [`${TOPIC} LOG_FENCED`]: 1 });
  expect(shown('headroom_log_append_seconds')).toMatchObject({ [TOPIC]: [3, expect.closeTo(0.03)] });
});

test('the log tells what was handled, how old the first of a batch was, and what failed and came again', async () => {
  const { log, shown } = await measuredLog();
  await log.append([recordAt(15_000), recordAt(16_000), recordAt(19_000)]);
  const batches: number[] = [];
  const twice = Promise.withResolvers<void>();
  const onBatch = async ({ records }: RecordBatch): Promise<void> => {
    batches.push(records.length);
    if (batches.length === 1) throw new Error('not yet');
    twice.resolve();
  };
  const onFatal = (cause: unknown): void => twice.reject(cause);
  const consumption = await log.consume({ group: 'g', topics: [TOPIC], start: { kind: 'earliest' }, onBatch, onFatal });
  await twice.promise;
  await consumption.stop();
  expect(batches).toEqual([3, 3]);
  expect(shown('headroom_log_consumed_records_total')).toEqual({ [TOPIC]: 3 });
  expect(shown('headroom_log_handling_failures_total')).toEqual({ [TOPIC]: 1 });
  expect(shown('headroom_log_handling_seconds')).toMatchObject({ [TOPIC]: [2, expect.closeTo(0.02)] });
  expect(shown('headroom_log_record_age_seconds')).toEqual({ [TOPIC]: [2, 10] });
});

test('the log tells how many shards are owned, and for how long it was not read', async () => {
  const { log, shown } = await measuredLog();
  const acquired = Promise.withResolvers<void>();
  expect(shown('headroom_log_poll_age_seconds')).toEqual({});
  const consumption = await log.consume({
    group: 'g',
    topics: [TOPIC],
    start: { kind: 'earliest' },
    onBatch: async () => {},
    ownership: { onAcquired: async () => {}, onLost: async () => {}, onShardCaughtUp: () => acquired.resolve() },
    onFatal: (cause) => acquired.reject(cause),
  });
  await acquired.promise;
  expect(shown('headroom_log_owned_shards')).toEqual({ '': 1 });
  expect(shown('headroom_log_poll_age_seconds')).toEqual({ '': expect.any(Number) });
  await consumption.stop();
  expect(shown('headroom_log_owned_shards')).toEqual({ '': 0 });
  expect(shown('headroom_log_poll_age_seconds')).toEqual({});
});

const method = (path: string): UnaryMethod<string, string> => ({
  path,
  requestStream: false,
  responseStream: false,
  requestSerialize: (text) => Buffer.from(text),
  requestDeserialize: String,
  responseSerialize: (text) => Buffer.from(text),
  responseDeserialize: String,
});

test('rpc tells how calls end and how long they take, on both sides, and of a bug of a handler why, and in which trace', async () => {
  const traceId = 'a'.repeat(32);
  const traceparent = `00-${traceId}-${'b'.repeat(16)}-01`;
  const { metrics, shown } = measuring();
  const bugs: unknown[] = [];
  const logger = { error: (event: string, fields: object = {}) => void bugs.push({ event, ...fields }) };
  const network = measureRpc(createMemoryRpcNetwork(), { metrics, io: slowIo(), logger });
  const definition = { echo: method('/e.E/Echo'), fail: method('/e.E/Fail'), burst: method('/e.E/Burst') };
  await network.serve('e', [
    bind('e.E', definition, {
      echo: async (text) => text,
      fail: async () => {
        throw new RpcError('not-found', 'there is none');
      },
      burst: async () => {
        throw new TypeError('a bug');
      },
    }),
  ]);
  const client = network.client(definition, 'e');
  expect(await client.echo('x', { deadlineMs: 1_000 })).toBe('x');
  await expect(client.fail('x', { deadlineMs: 1_000 })).rejects.toMatchObject({ code: 'not-found' });
  await expect(client.burst('x', { deadlineMs: 1_000, traceparent })).rejects.toMatchObject({ code: 'internal' });
  await expect(network.client(definition, 'nobody').echo('x', { deadlineMs: 1_000 })).rejects.toThrow('nobody serves');
  // What a handler refuses is an answer; a bug is known here alone.
  expect(bugs).toEqual([{ event: 'rpc.handler-failed', method: '/e.E/Burst', why: 'a bug', traceId }]);
  const both = { '/e.E/Fail not-found': 1, '/e.E/Burst internal': 1 };
  expect(shown('headroom_rpc_server_calls_total')).toEqual({ '/e.E/Echo ok': 1, ...both });
  expect(shown('headroom_rpc_client_calls_total')).toEqual({
    '/e.E/Echo ok': 1,
    '/e.E/Echo unavailable': 1,
    ...both,
  });
  expect(shown('headroom_rpc_server_seconds')).toMatchObject({ '/e.E/Echo': [1, expect.closeTo(0.01)] });
  expect(shown('headroom_rpc_client_seconds')).toMatchObject({ '/e.E/Echo': [2, expect.closeTo(0.04)] });
});

test('live state tells what was written, what was stale, and what failed', async () => {
  const { metrics, shown } = measuring();
  const inner = createMemoryLiveState({ clock });
  const live = measureLive(inner, { metrics, io: slowIo() });
  const write = { family: 'site' as const, id: 's', ttlMs: 1_000, value: new Uint8Array(1) };
  await live.put({ ...write, version: { epoch: 1n, offset: 2n } });
  await live.put({ ...write, version: { epoch: 1n, offset: 1n } });
  await live.get('site', 's');
  await live.getMany('draw', ['s']);
  await expect(
    live.put({ ...write, value: new Uint8Array(2_000_000), version: { epoch: 2n, offset: 1n } }),
  ).rejects.toMatchObject({ code: 'LIVE_VALUE_TOO_LARGE' });
  expect(shown('headroom_live_operations_total')).toEqual({
    'put site written': 1,
    'put site stale': 1,
    'put site failed': 1,
    'get site done': 1,
    'get-many draw done': 1,
  });
  expect(shown('headroom_live_seconds')).toMatchObject({ put: [3, expect.closeTo(0.03)] });
});

test('the process tells its CPU, memory and start, and ends its measuring', () => {
  const { metrics, shown } = measuring();
  const memoryUsage = Object.assign(() => ({ ...process.memoryUsage(), heapUsed: 5 }), { rss: () => 7 });
  const end = measureProcess(metrics, { cpuUsage: () => ({ user: 2_000_000, system: 500_000 }), memoryUsage });
  end();
  expect(shown('headroom_cpu_seconds_total')).toEqual({ user: 2, system: 0.5 });
  expect(shown('headroom_resident_memory_bytes')).toEqual({ '': 7 });
  expect(shown('headroom_heap_used_bytes')).toEqual({ '': 5 });
  expect(shown('headroom_start_time_seconds')).toEqual({ '': performance.timeOrigin / 1_000 });
  expect(shown('headroom_event_loop_delay_seconds')).toEqual({});
});
