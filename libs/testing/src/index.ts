/**
 * What tests and benches of several packages share: time that moves by hand, a log of one's own on a broker, and the tables of
 * `npm run bench`. It refuses to
 * be imported by anything that runs in production.
 */
export { type BenchAim, type BenchRow, type BenchTable, quantile, stopwatch, tellTable } from './bench.ts';
export { prefixedLog } from './prefixed-log.ts';
export { type ManualTime, manualTime, settle } from './manual-time.ts';
export { shownMetric } from './shown-metrics.ts';
export { followingTracer, TRACE_ID, TRACEPARENT } from './traced.ts';
