/**
 * What tests and benches of several packages share: time that moves by hand, and the tables of `npm run bench`. It refuses to
 * be imported by anything that runs in production.
 */
export { type BenchRow, type BenchTable, quantile, stopwatch, tellTable } from './bench.ts';
export { type ManualTime, manualTime, settle } from './manual-time.ts';
export { shownMetric } from './shown-metrics.ts';
