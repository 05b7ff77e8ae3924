import { type MetricDefinition, SECONDS } from '../definition.ts';

const optimizer = ['allocation-optimizer'] as const;
const grid = ['grid-adapter'] as const;
const dispatcher = ['profile-dispatcher'] as const;

/** Decisions, and what becomes of them. */
export const CONTROL_METRICS = {
  headroom_sites: {
    kind: 'gauge',
    unit: 'sites',
    labels: [],
    by: optimizer,
    help: 'Sites that this optimizer owns.',
  },
  headroom_decisions_total: {
    kind: 'counter',
    unit: 'decisions',
    labels: ['trigger', 'outcome'],
    by: optimizer,
    help: 'Decisions by what asked for them. `unchanged`: nobody would act differently, so it was not written.',
  },
  headroom_decision_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    labels: [],
    by: optimizer,
    help: 'CPU time of one decision.',
    buckets: SECONDS,
  },
  headroom_fact_to_decision_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    labels: ['trigger'],
    by: optimizer,
    help: 'From the handling of the oldest fact that a decision was wanted for until that decision is durable.',
    buckets: SECONDS,
  },
  headroom_decisions_withheld_total: {
    kind: 'counter',
    unit: 'decisions',
    labels: [],
    by: optimizer,
    help: 'Decisions that were due in a shard that is not ours, or not for certain (OW-30).',
  },
  headroom_over_limit_seconds_total: {
    kind: 'counter',
    unit: 'seconds',
    labels: ['kind'],
    by: optimizer,
    help: 'Time in which stations at their worst and other load together were above a limit of some circuit, summed over sites. `rating`: what a conductor bears; `power`: a contract, an override, what the grid asks for.',
  },
  headroom_over_limit_sites: {
    kind: 'gauge',
    unit: 'sites',
    labels: ['kind'],
    by: optimizer,
    help: 'Sites of which that is true now.',
  },
  headroom_snapshots_failed_total: {
    kind: 'counter',
    unit: 'snapshots',
    labels: ['where'],
    by: optimizer,
    help: 'States of sites that could not be written to the live state or to the log.',
  },
  headroom_commands_total: {
    kind: 'counter',
    unit: 'commands',
    labels: ['verdict'],
    by: dispatcher,
    help: 'Commands that were sent to gateways. `never-written`: certain; `unknown`: it counts as obeyed and as not obeyed.',
  },
  headroom_disobedience_steps_total: {
    kind: 'counter',
    unit: 'steps',
    labels: ['step'],
    help: 'Steps against EVSEs that draw more than they were told, and ends of it (obeys).',
    by: dispatcher,
  },
  headroom_limits_not_taken_total: {
    kind: 'counter',
    unit: 'commands',
    labels: ['outcome'],
    by: dispatcher,
    help: 'Limits that did not reach their station, or that it refused.',
  },
  headroom_commands_withheld_total: {
    kind: 'counter',
    unit: 'commands',
    labels: [],
    by: dispatcher,
    help: 'Commands that were about to leave when their shard was not ours any more, or not for certain (OW-30).',
  },
  headroom_gateway_calls_failed_total: {
    kind: 'counter',
    unit: 'calls',
    labels: [],
    by: dispatcher,
    help: 'Batches of commands that no gateway answered.',
  },
  headroom_gateways_given_up_total: {
    kind: 'counter',
    unit: 'gateways',
    labels: [],
    by: dispatcher,
    help: 'Gateways that were silent for so long that their stations count as disconnected.',
  },
  headroom_journal_failures_total: {
    kind: 'counter',
    unit: 'passes',
    labels: [],
    by: dispatcher,
    help: 'Passes that sent nothing because their intents could not be made durable.',
  },
  headroom_dispatch_shards: {
    kind: 'gauge',
    unit: 'shards',
    labels: ['phase'],
    by: dispatcher,
    help: 'Shards of this dispatcher by phase; commands leave those that act.',
  },
  headroom_grid_acting: {
    kind: 'gauge',
    unit: '1 or 0',
    labels: [],
    by: grid,
    help: '1 where this instance is the one that listens to the utility; over all instances the sum is 1.',
  },
  headroom_grid_polls_failed_total: {
    kind: 'counter',
    unit: 'polls',
    labels: [],
    by: grid,
    help: 'Times that a utility did not answer, or not in a way that can be read. What it had asked for stands.',
  },
  headroom_grid_timelines_published_total: {
    kind: 'counter',
    unit: 'timelines',
    labels: [],
    by: grid,
    help: 'Timelines of limits and prices brought to the log, one for a target at each change.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
