import { setTimeout as delay } from 'node:timers/promises';
import { diag, type DiagLogFunction, DiagLogLevel } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createKeptMetrics } from '../kept.ts';
import type { FinishedSpan } from '../finished-span.ts';
import type { Telemetry } from '../telemetry.ts';
import { Exposition } from './exposition.ts';
import { createFinishedSpans } from './finished-spans.ts';
import { producerOf } from './metric-producer.ts';
import { tracerOver } from './tracer.ts';

const METRICS_EVERY_MS = 15_000;
/** What waits for the collector at most; beyond, spans are dropped. */
const MAX_WAITING_SPANS = 2_048;
/** A collector that does not answer holds nothing up longer than this. */
const EXPORT_TIMEOUT_MS = 5_000;
/** Nor does it hold up an end. */
const STOP_WITHIN_MS = 1_000;

export interface TelemetryOptions {
  /** `service.name` of everything that leaves. */
  readonly service: string;
  /** Tells this process from others of the service. */
  readonly instance: string;
  /** Base URL of an OTLP collector over HTTP; undefined: nothing leaves, but who asks is answered. */
  readonly otlpEndpoint: string | undefined;
  /** Of traces that begin in this process, 0 to 1. */
  readonly sampleRatio: number;
  /** The exporters have something to complain about, in words. */
  readonly onTrouble: (what: string) => void;
}

export interface RunningTelemetry extends Telemetry {
  /** The metrics now, in Prometheus' text format. */
  exposition(): Promise<string>;
  /** The newest finished spans, in the order in which they ended. */
  finishedSpans(): readonly FinishedSpan[];
  /** Sends what waits, for a second at most; never rejects. */
  stop(): Promise<void>;
}

/** Metrics and traces of one process, on OpenTelemetry. */
export function startTelemetry(options: TelemetryOptions): RunningTelemetry {
  const { service, instance, otlpEndpoint } = options;
  const resource = resourceFromAttributes({ 'service.name': service, 'service.instance.id': instance });
  const metrics = createKeptMetrics();
  const producer = producerOf(metrics, Date.now);
  const exposition = new Exposition({ metricProducers: [producer] });
  const finished = createFinishedSpans(service);
  if (otlpEndpoint !== undefined) complainTo(options.onTrouble);
  const meters = new MeterProvider({
    resource,
    readers: otlpEndpoint === undefined ? [exposition] : [exposition, pushTo(otlpEndpoint, producer)],
  });
  const tracers = new TracerProvider({
    resource,
    sampler: new AlwaysOnSampler(),
    spanProcessors: otlpEndpoint === undefined ? [finished] : [finished, spansTo(otlpEndpoint)],
  });
  const tracer = tracerOver(tracers.getTracer('headroom'), { ratio: options.sampleRatio, random: Math.random });
  return {
    metrics,
    tracer,
    exposition: () => exposition.text(),
    finishedSpans: finished.all,
    stop: async () => {
      const sent = Promise.allSettled([meters.shutdown({ timeoutMillis: STOP_WITHIN_MS }), tracers.shutdown()]);
      await Promise.race([sent, delay(STOP_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

const pushTo = (endpoint: string, producer: ReturnType<typeof producerOf>): PeriodicExportingMetricReader =>
  new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: pathAt(endpoint, 'v1/metrics'), timeoutMillis: EXPORT_TIMEOUT_MS }),
    exportIntervalMillis: METRICS_EVERY_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    metricProducers: [producer],
  });

const spansTo = (endpoint: string): BatchSpanProcessor =>
  new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: pathAt(endpoint, 'v1/traces'), timeoutMillis: EXPORT_TIMEOUT_MS }),
    maxQueueSize: MAX_WAITING_SPANS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });

const pathAt = (endpoint: string, path: string): string => `${endpoint.replace(/\/+$/, '')}/${path}`;

/** The SDK speaks through one logger of the process. Told at 1, 2, 4, 8 ...: a collector may be away for days. */
function complainTo(onTrouble: (what: string) => void): void {
  let times = 0;
  const tell: DiagLogFunction = (message) => {
    times += 1;
    if ((times & (times - 1)) === 0) onTrouble(message);
  };
  const quiet = (): void => {};
  diag.setLogger({ error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.WARN);
}
