import type { CounterName, GaugeName, HistogramName, LabelsOf } from './metrics.ts';

/** Only goes up. */
export interface Counter {
  /** Zero or more; default 1. */
  add(by?: number): void;
}

/** Distribution of values, in buckets. */
export interface Histogram {
  /** Zero or more, in the unit of the metric. */
  record(value: number): void;
}

/**
 * Metrics of one process. Ask for a series once, keep it, and use it for every message: asking costs a map and a string,
 * using costs an addition.
 */
export interface Metrics {
  counter<N extends CounterName>(name: N, labels: LabelsOf<N>): Counter;
  histogram<N extends HistogramName>(name: N, labels: LabelsOf<N>): Histogram;
  /**
   * Has `read` asked whenever somebody looks; `undefined` shows no value, and neither does a throw. For a counter it must
   * never fall. The newest `read` of the same labels counts.
   */
  observe<N extends GaugeName | CounterName>(name: N, labels: LabelsOf<N>, read: () => number | undefined): void;
}
