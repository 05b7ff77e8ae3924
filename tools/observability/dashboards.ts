import type { MetricName } from '@headroom/telemetry';
import type { Dashboard, PanelWish } from './panels.ts';

/** Relative to the root. */
export const DASHBOARDS = 'deploy/observability/grafana/dashboards';

const RATE = '[$__rate_interval]';
const rate = (metric: MetricName, by: readonly string[], selector = ''): string =>
  `sum by (${by.join(', ')}) (rate(${metric}${selector}${RATE}))`;
const quantile = (q: number, metric: MetricName, by: readonly string[]): string =>
  `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (rate(${metric}_bucket${RATE})))`;

const perSecond = (title: string, description: string, metric: MetricName, ...by: readonly string[]): PanelWish => ({
  title,
  description,
  unit: 'ops',
  queries: [{ expr: rate(metric, by), legend: legendOf(by) }],
});
const legendOf = (by: readonly string[]): string => by.map((label) => `{{${label}}}`).join(' ');
const seconds = (title: string, description: string, metric: MetricName, ...by: readonly string[]): PanelWish => ({
  title,
  description,
  unit: 's',
  queries: [0.5, 0.99].map((q) => ({ expr: quantile(q, metric, by), legend: `p${q * 100} ${legendOf(by)}`.trim() })),
});
const now = (title: string, description: string, expr: string, legend = ''): PanelWish => ({
  title,
  description,
  unit: 'short',
  as: 'stat',
  queries: [{ expr, legend }],
});
type Shown = readonly [expr: string, legend: string];
const gauge = (title: string, description: string, unit: string, ...[expr, legend]: Shown): PanelWish => ({
  title,
  description,
  unit,
  queries: [{ expr, legend }],
});

const overview: Dashboard = {
  uid: 'headroom-overview',
  title: 'Headroom: overview',
  panels: [
    now(
      'Over a limit, now',
      'Sites whose stations at their worst and other load exceed a limit.',
      'sum by (kind) (headroom_over_limit_sites)',
      '{{kind}}',
    ),
    now(
      'Over a limit, last day',
      'Seconds, summed over sites. The promise is zero.',
      'sum by (kind) (increase(headroom_over_limit_seconds_total[1d]))',
      '{{kind}}',
    ),
    now(
      'Not ready',
      'Processes that may not be given work. Why: their /readyz.',
      'count(headroom_ready == 0) or vector(0)',
    ),
    now('Sites', 'Sites that optimizers own.', 'sum(headroom_sites)'),
    now('Stations', 'Stations that are connected.', 'sum(headroom_ocpp_connections)'),
    now(
      'Parked, last day',
      'Records that could not be processed.',
      'sum(increase(headroom_log_parked_records_total[1d]))',
    ),
    seconds('From fact to decision', 'Until the decision is durable.', 'headroom_fact_to_decision_seconds', 'trigger'),
    seconds(
      'From command to answer',
      'From its arrival at the gateway until the station has answered.',
      'headroom_ocpp_command_seconds',
    ),
    perSecond('Messages of stations', 'By action.', 'headroom_ocpp_calls_total', 'action'),
  ],
};

const gateway: Dashboard = {
  uid: 'headroom-gateway',
  title: 'Headroom: gateway and records',
  panels: [
    gauge(
      'Connected stations',
      'By version of OCPP.',
      'short',
      'sum by (version) (headroom_ocpp_connections)',
      '{{version}}',
    ),
    perSecond('Not let in', 'By reason.', 'headroom_ocpp_connections_refused_total', 'reason'),
    perSecond('Frames refused', 'By reason.', 'headroom_ocpp_frames_refused_total', 'reason'),
    perSecond('Calls by outcome', 'silent: nothing could be made durable.', 'headroom_ocpp_calls_total', 'outcome'),
    seconds('Answers', 'From the frame to its answer, by action.', 'headroom_ocpp_answer_seconds', 'action'),
    perSecond(
      'Commands by verdict',
      'What the fence said right before the write.',
      'headroom_ocpp_commands_total',
      'verdict',
    ),
    perSecond('Answers of stations', 'To commands, by status.', 'headroom_ocpp_command_answers_total', 'status'),
    perSecond('Facts about sessions', 'Settled by the registry.', 'headroom_session_facts_total', 'kind'),
    perSecond('Samples', 'Understood by meter-ingestion.', 'headroom_meter_values_total', 'of'),
    gauge(
      'Waiting for PostgreSQL',
      'Records; at 20,000 the log is read no further.',
      'short',
      'sum(headroom_meter_inputs_waiting)',
      'records',
    ),
    perSecond(
      'From the emergency inbox',
      'Records brought into the log.',
      'headroom_inbox_relayed_records_total',
      'instance',
    ),
    perSecond('Authorizations', 'By what was judged.', 'headroom_authorizations_total', 'status'),
  ],
};

const control: Dashboard = {
  uid: 'headroom-control',
  title: 'Headroom: decisions and commands',
  panels: [
    perSecond(
      'Decisions',
      'By what asked for them and what became of them.',
      'headroom_decisions_total',
      'trigger',
      'outcome',
    ),
    seconds('One decision', 'CPU time.', 'headroom_decision_seconds'),
    seconds(
      'From fact to decision',
      'Until it is durable, by what asked.',
      'headroom_fact_to_decision_seconds',
      'trigger',
    ),
    perSecond(
      'Decisions withheld',
      'The shard was not ours for certain.',
      'headroom_decisions_withheld_total',
      'instance',
    ),
    perSecond('Plans', 'By what became of them; planned: it stands in the log.', 'headroom_plans_total', 'outcome'),
    seconds('One plan', 'All levels together, in the thread that solves.', 'headroom_plan_seconds'),
    gauge(
      'Worst gap of a plan',
      'Between what it reaches and what is proven to be the most; above a millionth it is none.',
      'short',
      quantile(0.99, 'headroom_plan_gap', []),
      'p99',
    ),
    gauge(
      'Sites without a plan to follow',
      'Share of those that share along a plan. Their limits are kept as before.',
      'percentunit',
      'sum by (use) (headroom_sites_by_plan{use!="followed"}) / ignoring (use) group_left sum(headroom_sites_by_plan)',
      '{{use}}',
    ),
    gauge(
      'Error of the forecast',
      'Of what was said a day before, over the last seven days, as a share of what was measured. No limit hangs on it.',
      'percentunit',
      'avg by (of) (headroom_forecast_error_ratio)',
      '{{of}}',
    ),
    gauge(
      'Error of the forecast in watts',
      'The mean of a quarter of an hour of a site.',
      'watt',
      'avg by (of) (headroom_forecast_error_watts)',
      '{{of}}',
    ),
    gauge('Age of the oldest plan', 'Above 600 s it is ignored.', 's', 'max(headroom_plan_age_seconds)', 'oldest'),
    gauge(
      'Questions that wait for the solver',
      'At 256 a site is sent away for ten seconds.',
      'short',
      'sum by (instance) (headroom_plans_waiting)',
      '{{instance}}',
    ),
    gauge(
      'Memory of the solver',
      'It grows until its thread is replaced.',
      'bytes',
      'headroom_planner_memory_bytes',
      '{{instance}}',
    ),
    perSecond(
      'Threads of the solver replaced',
      'They hung, crashed or had grown.',
      'headroom_planner_replaced_total',
      'instance',
    ),
    perSecond('Timelines of the grid', 'Brought to the log.', 'headroom_grid_timelines_published_total', 'instance'),
    perSecond('Commands', 'By the word of the gateway.', 'headroom_commands_total', 'verdict'),
    perSecond('Limits not taken', 'By outcome.', 'headroom_limits_not_taken_total', 'outcome'),
    perSecond('Stations that disobey', 'Steps taken against them.', 'headroom_disobedience_steps_total', 'step'),
    perSecond(
      'Commands withheld',
      'The shard was not ours for certain.',
      'headroom_commands_withheld_total',
      'instance',
    ),
    gauge(
      'Raises that wait',
      'Their EVSEs were raised just now; their stations are spared.',
      'short',
      'sum by (instance) (headroom_raises_waiting)',
      '{{instance}}',
    ),
    gauge(
      'Shards by phase',
      'Commands leave those that act.',
      'short',
      'sum by (phase) (headroom_dispatch_shards)',
      '{{phase}}',
    ),
    gauge(
      'Owned shards',
      'The sum of a service is the number of partitions.',
      'short',
      'sum by (job) (headroom_log_owned_shards)',
      '{{job}}',
    ),
  ],
};

const log: Dashboard = {
  uid: 'headroom-log',
  title: 'Headroom: log, calls, live state',
  panels: [
    perSecond('Appended', 'Records by topic.', 'headroom_log_appended_records_total', 'topic'),
    seconds('Append', 'Until all in-sync replicas have it.', 'headroom_log_append_seconds', 'job'),
    perSecond(
      'Appends refused',
      'LOG_FENCED: the shard was somebody else’s.',
      'headroom_log_append_refusals_total',
      'job',
      'code',
    ),
    perSecond('Handled', 'Records by service.', 'headroom_log_consumed_records_total', 'job'),
    seconds('Age when handled', 'How far behind the log a service is.', 'headroom_log_record_age_seconds', 'job'),
    seconds('Handling', 'Of one batch.', 'headroom_log_handling_seconds', 'job'),
    perSecond('Parked', 'By topic.', 'headroom_log_parked_records_total', 'topic'),
    perSecond('Calls', 'By method and outcome.', 'headroom_rpc_client_calls_total', 'method', 'outcome'),
    seconds('Call', 'As the caller sees it.', 'headroom_rpc_client_seconds', 'method'),
    perSecond('Live state', 'By operation and outcome.', 'headroom_live_operations_total', 'operation', 'outcome'),
    seconds('Live state, time', 'By operation.', 'headroom_live_seconds', 'operation'),
    seconds('Requests of the console', 'By route.', 'headroom_http_seconds', 'route'),
  ],
};

const processes: Dashboard = {
  uid: 'headroom-processes',
  title: 'Headroom: processes',
  panels: [
    gauge(
      'CPU',
      'Cores in use.',
      'short',
      `sum by (job, instance) (rate(headroom_cpu_seconds_total${RATE}))`,
      '{{job}}',
    ),
    gauge('Memory', 'In RAM.', 'bytes', 'headroom_resident_memory_bytes', '{{job}}'),
    gauge('Heap', 'Of JavaScript.', 'bytes', 'headroom_heap_used_bytes', '{{job}}'),
    gauge(
      'Event loop',
      'How late, 99 of 100, over ten seconds.',
      's',
      'headroom_event_loop_delay_seconds{quantile="0.99"}',
      '{{job}}',
    ),
    gauge(
      'Garbage collection',
      'Share of time.',
      'percentunit',
      `sum by (job) (rate(headroom_gc_seconds_total${RATE}))`,
      '{{job}}',
    ),
    gauge('Ready', '1 while /readyz says so.', 'short', 'headroom_ready', '{{job}}'),
  ],
};

export const ALL_DASHBOARDS: readonly Dashboard[] = [overview, gateway, control, log, processes];
