/** Where a metric is told. `every`: each process. */
export type Teller =
  | 'every'
  | 'ocpp-gateway'
  | 'session-registry'
  | 'meter-ingestion'
  | 'allocation-optimizer'
  | 'profile-dispatcher'
  | 'operator-console'
  | 'grid-adapter';

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** One row of the table of metrics: what is counted, in which unit, and by whom. */
export interface MetricDefinition {
  readonly kind: MetricKind;
  /** Base units, as Prometheus has them: seconds, bytes, amperes; else what is counted. */
  readonly unit: string;
  /** Names of labels. Their values come from short closed lists, never from ids of sites, stations or people. */
  readonly labels: readonly string[];
  readonly by: readonly Teller[];
  /** One or two sentences for whoever looks at a graph of it. */
  readonly help: string;
  /** Upper bounds of the buckets of a histogram, ascending. */
  readonly buckets?: readonly number[];
}

/** Of what should take milliseconds. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of what may lie for a while. */
export const AGES = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600];
/** Of what should be nothing but rounding. */
export const GAPS = [1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6];
