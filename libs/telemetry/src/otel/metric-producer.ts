import { type HrTime, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Family, KeptMetrics, Series } from '../kept.ts';

const SCOPE = { name: 'headroom' };

/** Hands our numbers to the readers of the SDK, so that a message costs an addition and not a hash of its labels (OT-14). */
export function producerOf(kept: Pick<KeptMetrics, 'families'>, nowMs: () => number): MetricProducer {
  const startTime = hrTimeOf(nowMs());
  return {
    collect: async () => {
      const endTime = hrTimeOf(nowMs());
      const metrics = kept.families().map((family) => metricDataOf(family, { startTime, endTime }));
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope: SCOPE, metrics }] }, errors: [] };
    },
  };
}

interface Span {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function metricDataOf({ name, definition, series }: Family, span: Span): MetricData {
  const descriptor = {
    name,
    description: definition.help,
    unit: ucumOf(definition.unit),
    valueType: ValueType.DOUBLE,
  };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  switch (definition.kind) {
    case 'counter':
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: valuesOf(series, span) };
    case 'gauge':
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: valuesOf(series, span) };
    case 'histogram':
      return {
        ...common,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: series.flatMap((each) => {
          if (each.kind !== 'histogram') return [];
          const count = each.counts.reduce((sum, inBucket) => sum + inBucket, 0);
          const buckets = { boundaries: [...(definition.buckets ?? [])], counts: [...each.counts] };
          return [{ ...span, attributes: { ...each.labels }, value: { buckets, count, sum: each.sum } }];
        }),
      };
  }
}

const valuesOf = (series: readonly Series[], span: Span) =>
  series.flatMap((each) =>
    each.kind === 'value' ? [{ ...span, attributes: { ...each.labels }, value: each.value }] : [],
  );

/** UCUM, as OpenTelemetry wants it: `s`, `By`; what is merely counted stands in braces. */
export function ucumOf(unit: string): string {
  if (unit.startsWith('seconds')) return 's';
  if (unit === 'bytes') return 'By';
  return unit === '1 or 0' ? '1' : `{${unit}}`;
}

export const hrTimeOf = (epochMs: number): HrTime => {
  const seconds = Math.floor(epochMs / 1_000);
  return [seconds, Math.round((epochMs - seconds * 1_000) * 1e6)];
};
