import { type MetricDefinition, METRICS } from '@headroom/telemetry';

/** Labels that Prometheus itself adds. */
const ADDED = ['job', 'instance'];
/** Metrics that Prometheus itself makes. */
const OWN: ReadonlySet<string> = new Set(['up']);
const HISTOGRAM_PARTS = /_(bucket|sum|count)$/;
/** Words of PromQL that look like metrics where nothing stands behind them. */
const WORDS: ReadonlySet<string> = new Set([
  'by',
  'without',
  'or',
  'and',
  'unless',
  'on',
  'ignoring',
  'bool',
  'offset',
]);

/** What is wrong with a PromQL expression: metrics that do not exist, labels that theirs do not have. */
export function problemsOf(
  expr: string,
  metrics: Readonly<Record<string, MetricDefinition>> = METRICS,
): readonly string[] {
  const problems: string[] = [];
  const known = new Set(ADDED);
  const plain = expr.replaceAll(/\[[^\]]*\]/g, '');
  for (const [, name = '', selector] of plain.matchAll(
    /\b([a-z_][a-z0-9_]*)\b\s*(?:\{([^}]*)\})?(?!\s*\(|[a-z0-9_]|["=~!])/gi,
  )) {
    if (!name.startsWith('headroom_') && !OWN.has(name)) continue;
    const labels = labelsOf(name, metrics);
    if (labels === undefined) problems.push(`there is no metric ${name}`);
    for (const label of labels ?? []) known.add(label);
    for (const label of selected(selector)) {
      if (labels !== undefined && ![...labels, ...ADDED].includes(label))
        problems.push(`${name} has no label ${label}`);
    }
  }
  for (const [, list = ''] of plain.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)) {
    for (const label of list.split(',').map((each) => each.trim())) {
      if (label !== '' && !known.has(label)) problems.push(`none of its metrics has the label ${label}`);
    }
  }
  return problems;
}

function labelsOf(name: string, metrics: Readonly<Record<string, MetricDefinition>>): readonly string[] | undefined {
  if (OWN.has(name)) return [];
  const plain = metrics[name];
  if (plain !== undefined) return plain.kind === 'histogram' ? undefined : plain.labels;
  const histogram = metrics[name.replace(HISTOGRAM_PARTS, '')];
  if (histogram?.kind !== 'histogram' || !HISTOGRAM_PARTS.test(name)) return undefined;
  return name.endsWith('_bucket') ? [...histogram.labels, 'le'] : histogram.labels;
}

const selected = (selector = ''): readonly string[] =>
  [...selector.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)]
    .map(([, label = '']) => label)
    .filter((label) => !WORDS.has(label));

/** Labels that a legend or a text of an alert shows: `{{job}}`, `{{ $labels.job }}`. */
export const shownLabels = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}/g)].map(([, label = '']) => label);
