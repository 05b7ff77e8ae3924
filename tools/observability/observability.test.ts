import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { METRICS } from '@headroom/telemetry';
import { parse } from 'yaml';
import { ROOT } from '../docs/topics.ts';
import { ALL_DASHBOARDS, DASHBOARDS } from './dashboards.ts';
import { problemsOf, shownLabels } from './expressions.ts';
import { dashboardJson } from './panels.ts';
import { promtool, syntaxProblemsOf } from './promql.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}
interface DashboardFile {
  readonly uid: string;
  readonly panels: readonly {
    readonly title: string;
    readonly description: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const rules = parse(read('deploy/observability/prometheus/alerts.yaml')) as {
  readonly groups: readonly { readonly rules: readonly Alert[] }[];
};
const alerts = rules.groups.flatMap((group) => group.rules);
const files = readdirSync(join(ROOT, DASHBOARDS)).toSorted();
const dashboards = files.map((file) => JSON.parse(read(`${DASHBOARDS}/${file}`)) as DashboardFile);
const headings = new Set([...read('docs/runbooks.md').matchAll(/^## (\w+)$/gm)].map(([, name = '']) => name));

/** A label that a text shows must be left in the result. */
function lostLabels(expr: string, text: string): readonly string[] {
  return shownLabels(text).filter((label) => {
    if (!/\b(sum|max|min|count)\b/.test(expr)) return false;
    return !new RegExp(`by \\([^)]*\\b${label}\\b`).test(expr);
  });
}

describe('alerts', () => {
  test.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s: metrics and labels exist, words and runbook too',
    (name, alert) => {
      expect(syntaxProblemsOf(alert.expr)).toEqual([]);
      expect(problemsOf(alert.expr)).toEqual([]);
      expect(name).toMatch(/^Headroom[A-Z]\w+$/);
      expect(['critical', 'warning']).toContain(alert.labels.severity);
      expect(alert.for).toMatch(/^\d+[sm]$/);
      const { summary, description, runbook_url: runbook } = alert.annotations;
      expect(summary.length).toBeGreaterThan(10);
      expect(description).toMatch(/\.$/);
      expect(lostLabels(alert.expr, description)).toEqual([]);
      expect(runbook).toBe(`docs/runbooks.md#${name.toLowerCase()}`);
      expect([...headings]).toContain(name);
    },
  );

  test('there are some, each once, and no runbook is left without its alert', () => {
    expect(alerts.length).toBeGreaterThan(15);
    expect(alerts.map(({ alert }) => alert).toSorted()).toEqual([...headings].toSorted());
  });
});

describe('dashboards', () => {
  test('the files are what the source makes (else: npm run docs), with stable uids', () => {
    expect(files).toEqual(ALL_DASHBOARDS.map(({ uid }) => `${uid}.json`).toSorted());
    for (const dashboard of ALL_DASHBOARDS) {
      expect(read(`${DASHBOARDS}/${dashboard.uid}.json`)).toBe(dashboardJson(dashboard));
    }
  });

  test.each(dashboards.map((dashboard) => [dashboard.uid, dashboard] as const))(
    '%s: metrics and labels exist',
    (_uid, { panels }) => {
      for (const { title, description, targets } of panels) {
        expect(description).toMatch(/\.$/);
        for (const { expr, legendFormat } of targets) {
          expect([title, syntaxProblemsOf(expr)]).toEqual([title, []]);
          expect([title, problemsOf(expr)]).toEqual([title, []]);
          expect([title, lostLabels(expr, legendFormat)]).toEqual([title, []]);
        }
      }
    },
  );

  test('every metric is on a dashboard or in an alert, but for those that only explain another one', () => {
    const used = [...alerts.map(({ expr }) => expr), ...dashboards.map((dashboard) => JSON.stringify(dashboard))].join(
      '\n',
    );
    const unseen = Object.keys(METRICS).filter((name) => !used.includes(name));
    expect(unseen).toEqual([
      'headroom_start_time_seconds',
      'headroom_log_appended_bytes_total',
      'headroom_log_appends_under_way',
      'headroom_rpc_server_calls_total',
      'headroom_rpc_server_seconds',
      'headroom_ocpp_connections_superseded_total',
      'headroom_meter_values_dropped_total',
      'headroom_http_requests_total',
      'headroom_snapshots_failed_total',
      'headroom_gateway_calls_failed_total',
      'headroom_journal_failures_total',
    ]);
  });
});

/** Where it is not installed the grammar above stands in for it: templates and the files' own fields are then not looked at. */
const isInstalled = promtool('--version') !== undefined;
const why = isInstalled ? '' : ' (promtool is not installed; Debian: apt-get install prometheus)';
const withPromtool = isInstalled ? test : test.skip;

withPromtool.each([
  ['rules', 'alerts.yaml'],
  ['config', 'prometheus.yaml'],
])(`promtool check %s: %s is taken by Prometheus itself${why}`, (what, file) => {
  const verdict = promtool('check', what, join(ROOT, 'deploy/observability/prometheus', file));
  expect([verdict?.status, verdict?.said]).toEqual([0, expect.stringContaining('SUCCESS')]);
});

describe('the check itself', () => {
  test.each([
    ['sum(headroom_sites', 'a bracket that is not closed'],
    ['sum by headroom_sites)', 'no list of labels'],
    ['headroom_sites{job="a"', 'a selector that is not closed'],
    ['rate(headroom_sites[5 minutes])', 'no duration'],
    ['headroom_sites > > 1', 'an operator too many'],
    ['headroom_sites headroom_sites', 'no operator'],
  ])('%s is no PromQL: %s', (expr) => {
    expect(syntaxProblemsOf(expr)[0]).toMatch(/^no PromQL at "/);
  });

  test.each([
    ['a metric that is not there', 'rate(headroom_nowhere_total[1m])', 'there is no metric headroom_nowhere_total'],
    ['a histogram without its part', 'headroom_live_seconds', 'there is no metric headroom_live_seconds'],
    [
      'a counter with a part',
      'headroom_facts_dropped_total_bucket',
      'there is no metric headroom_facts_dropped_total_bucket',
    ],
    ['a label of no metric', 'sum by (site) (headroom_sites)', 'none of its metrics has the label site'],
    ['a selector by such a label', 'headroom_sites{site="1"}', 'headroom_sites has no label site'],
    [
      'le where there are no buckets',
      'sum by (le) (headroom_live_seconds_sum)',
      'none of its metrics has the label le',
    ],
  ])('sees %s', (_what, expr, problem) => {
    expect(problemsOf(expr)).toEqual([problem]);
  });

  test('leaves sound expressions alone', () => {
    const expr =
      'histogram_quantile(0.9, sum by (job, le) (rate(headroom_live_seconds_bucket{operation="put"}[5m]))) > 1';
    expect(problemsOf(expr)).toEqual([]);
    expect(problemsOf('up{job=~"headroom.*"} == 0')).toEqual([]);
  });
});
