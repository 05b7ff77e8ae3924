/**
 * Telemetry on OpenTelemetry: the one place that imports its packages. A process starts it; nobody else knows of it.
 * It refuses to hold a process up: what a collector does not take is dropped.
 */
export { type RunningTelemetry, startTelemetry, type TelemetryOptions } from './start.ts';
