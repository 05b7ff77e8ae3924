import type { Counter, Histogram, Metrics } from './port.ts';

const NO_COUNTER: Counter = { add: () => {} };
const NO_HISTOGRAM: Histogram = { record: () => {} };

/** Nobody listens: simulations and unit tests. */
export const SILENT_METRICS: Metrics = {
  counter: () => NO_COUNTER,
  histogram: () => NO_HISTOGRAM,
  observe: () => {},
};
