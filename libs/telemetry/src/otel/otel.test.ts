import { setTimeout as delay } from 'node:timers/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { MAX_LINKS, NO_SPAN } from '../trace.ts';
import { traceparentOf } from '../traceparent.ts';
import { createFinishedSpans } from './finished-spans.ts';
import { AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { startTelemetry } from './start.ts';
import { tracerOver } from './tracer.ts';

const started = (sampleRatio = 1) =>
  startTelemetry({ service: 'a-service', instance: 'i', otlpEndpoint: undefined, sampleRatio, onTrouble: () => {} });

test('OT-06: the exposition is Prometheus text, of our own numbers, with help, type and cumulative buckets', async () => {
  const { metrics, exposition } = started();
  metrics.counter('headroom_ocpp_connections_refused_total', { reason: 'too-many' }).add(2);
  metrics.observe('headroom_sites', {}, () => 7);
  const seconds = metrics.histogram('headroom_rpc_client_seconds', { method: '/a.B/C' });
  for (const value of [0.002, 0.002, 40]) seconds.record(value);
  const lines = (await exposition()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# HELP headroom_ocpp_connections_refused_total Stations that were not let in.',
      '# TYPE headroom_ocpp_connections_refused_total counter',
      'headroom_ocpp_connections_refused_total{reason="too-many"} 2',
      '# TYPE headroom_sites gauge',
      'headroom_sites 7',
      '# TYPE headroom_rpc_client_seconds histogram',
      'headroom_rpc_client_seconds_bucket{method="/a.B/C",le="0.001"} 0',
      'headroom_rpc_client_seconds_bucket{method="/a.B/C",le="0.0025"} 2',
      'headroom_rpc_client_seconds_bucket{method="/a.B/C",le="30"} 2',
      'headroom_rpc_client_seconds_bucket{method="/a.B/C",le="+Inf"} 3',
      'headroom_rpc_client_seconds_count{method="/a.B/C"} 3',
    ]),
  );
});

test('a trace: child and follower know their parent, what they carry, what they were done for, and why they failed', async () => {
  const { tracer, finishedSpans } = started();
  const link = traceparentOf({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
  const root = tracer.begin('frame', { attributes: { action: 'MeterValues' } });
  const child = root.child('append');
  const after = tracer.follow(child.traceparent, 'decide', { links: Array<string>(MAX_LINKS + 1).fill(link) });
  child.end('the log is away');
  child.end();
  after.end();
  root.set({ stationId: 'CP-1' });
  root.end();
  const [append, decide, frame] = finishedSpans();
  expect(frame).toMatchObject({
    name: 'frame',
    service: 'a-service',
    attributes: { action: 'MeterValues', stationId: 'CP-1' },
  });
  expect(frame).not.toHaveProperty('parentSpanId');
  expect(append).toMatchObject({ parentSpanId: frame?.spanId, failed: 'the log is away', traceId: root.traceId });
  expect(decide).toMatchObject({ parentSpanId: append?.spanId, traceId: root.traceId });
  expect(decide?.links).toEqual(Array<string>(MAX_LINKS).fill(link));
  expect(finishedSpans()).toHaveLength(3);
});

test('what is not sampled is no span at all, wherever it goes', () => {
  const { tracer, finishedSpans } = started(0);
  const root = tracer.begin('frame');
  expect(root).toBe(NO_SPAN);
  expect(root.child('x')).toBe(NO_SPAN);
  expect(tracer.follow(root.traceparent, 'x')).toBe(NO_SPAN);
  expect(tracer.follow('rubbish', 'x')).toBe(NO_SPAN);
  expect(finishedSpans()).toEqual([]);
});

test('sampling takes the share that it is told to, and follows whatever was begun elsewhere', () => {
  const numbers = [0.1, 0.249, 0.25, 0.9];
  const provider = new TracerProvider({ sampler: new AlwaysOnSampler() });
  const tracer = tracerOver(provider.getTracer('t'), { ratio: 0.25, random: () => numbers.shift() ?? 0.9 });
  expect([1, 2, 3, 4].map(() => tracer.begin('x') !== NO_SPAN)).toEqual([true, true, false, false]);
  expect(tracer.follow(traceparentOf({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }), 'x')).not.toBe(NO_SPAN);
});

test('the newest finished spans are kept, and the first one over the bound pushes the oldest out', () => {
  const finished = createFinishedSpans('s', 3);
  const provider = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [finished] });
  const tracer = provider.getTracer('t');
  for (const name of ['1', '2', '3']) tracer.startSpan(name).end();
  expect(finished.all().map(({ name }) => name)).toEqual(['1', '2', '3']);
  tracer.startSpan('4').end();
  expect(finished.all().map(({ name }) => name)).toEqual(['2', '3', '4']);
});

test('with an endpoint both leave by OTLP at the latest when the process stops; a collector that is away is complained of', async () => {
  const heard: string[] = [];
  const server: Server = createServer((request, response) => {
    heard.push(request.url ?? '');
    request.resume();
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const complaints: string[] = [];
  const options = {
    service: 's',
    instance: 'i',
    otlpEndpoint: `http://127.0.0.1:${port}/base/`,
    sampleRatio: 1,
    onTrouble: (what: string) => complaints.push(what),
  };
  const telemetry = startTelemetry(options);
  telemetry.metrics.counter('headroom_facts_dropped_total', {}).add();
  telemetry.tracer.begin('x').end();
  await telemetry.stop();
  expect(heard.toSorted()).toEqual(['/base/v1/metrics', '/base/v1/traces']);
  expect(complaints).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
  const lonely = startTelemetry(options);
  lonely.tracer.begin('x').end();
  await lonely.stop();
  while (complaints.length === 0) await delay(50);
}, 30_000);
