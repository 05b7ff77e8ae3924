import type { Metrics } from './port.ts';
import { SILENT_METRICS } from './silent.ts';
import { SILENT_TRACER, type Tracer } from './trace.ts';

/** What a process tells of itself while it runs. */
export interface Telemetry {
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}

export const SILENT_TELEMETRY: Telemetry = { metrics: SILENT_METRICS, tracer: SILENT_TRACER };
