import type { MetricDefinition, MetricKind } from './definition.ts';
import { CONTROL_METRICS } from './metrics/control.ts';
import { EDGE_METRICS } from './metrics/edge.ts';
import { PROCESS_METRICS } from './metrics/process.ts';
import { SEAM_METRICS } from './metrics/seams.ts';

/**
 * Every metric there is. Nothing that is not in here can be told: names and labels are types. `npm run docs` makes
 * docs/metrics.md of it.
 */
export const METRICS = {
  ...PROCESS_METRICS,
  ...SEAM_METRICS,
  ...EDGE_METRICS,
  ...CONTROL_METRICS,
} satisfies Readonly<Record<string, MetricDefinition>>;

type Table = typeof METRICS;
export type MetricName = keyof Table;
type OfKind<Kind extends MetricKind> = {
  [N in MetricName]: Table[N]['kind'] extends Kind ? N : never;
}[MetricName];

export type CounterName = OfKind<'counter'>;
export type GaugeName = OfKind<'gauge'>;
export type HistogramName = OfKind<'histogram'>;
/** One value for each label of the metric. */
export type LabelsOf<N extends MetricName> = Readonly<Record<Table[N]['labels'][number], string>>;
