import type { KeptMetrics, MetricName } from '@headroom/telemetry';

/** What a metric shows: by the values of its labels, joined by a blank, its value, or of a histogram how many there were. */
export function shownMetric(
  metrics: Pick<KeptMetrics, 'families'>,
  name: MetricName,
): Readonly<Record<string, number>> {
  const series = metrics.families().find((family) => family.name === name)?.series ?? [];
  return Object.fromEntries(
    series.map((each) => [
      Object.values(each.labels).join(' '),
      each.kind === 'value' ? each.value : each.counts.reduce((sum, count) => sum + count, 0),
    ]),
  );
}
