/**
 * What a process tells of itself: metrics by one table, and traces as values. Nobody but `@headroom/telemetry/otel` knows
 * who reads them. It refuses labels that are not bounded, and never builds anything for a message that nobody watches.
 */
export { byLabel, MAX_LABEL_VALUES, OTHER } from './by-label.ts';
export type { MetricDefinition, MetricKind, Teller } from './definition.ts';
export { createKeptMetrics, type Family, type KeptMetrics, MAX_SERIES, type Series } from './kept.ts';
export {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricName,
  METRICS,
} from './metrics.ts';
export type { Counter, Histogram, Metrics } from './port.ts';
export type { FinishedSpan } from './finished-span.ts';
export { newestTrace, traceLines, type TraceNode, treeOf } from './trace-tree.ts';
export { SILENT_METRICS } from './silent.ts';
export { SILENT_TELEMETRY, type Telemetry } from './telemetry.ts';
export {
  type Attributes,
  MAX_LINKS,
  NO_SPAN,
  SILENT_TRACER,
  type Span,
  type SpanOptions,
  type Tracer,
} from './trace.ts';
export { readTraceparent, traceIdIn, type TracePoint, traceparentOf } from './traceparent.ts';
