import type { ServerName } from '@headroom/local';

/** One question about speed, and the programs that answer it, one after the other, each in a process of its own. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  /** What we want the figures to be. Said beside them, and never a reason to fail. */
  readonly aim: string;
  /**
   * Started afresh before its programs; these get the endpoints as arguments, in this order. None for a program that starts
   * what it needs itself, because it measures their CPU too.
   */
  readonly servers: readonly ServerName[];
  /**
   * Paths from the root. A program stands beside the code that it measures, as `*.bench.ts`, and hands over its tables by
   * `tellTable`; one that needs the whole stack has its place in this directory.
   */
  readonly programs: readonly string[];
}

/** In the order in which all of them run. */
export const BENCHES: readonly Bench[] = [
  {
    name: 'fast-loop',
    about: 'one decision of the optimizer, warm, with demands that change',
    aim: 'the fill p99 0.05, 0.5 and 5 ms at 100, 1,000 and 10,000 EVSEs; a decision within the 20 ms for which facts are gathered',
    servers: [],
    programs: [
      'services/allocation-optimizer/src/fast-loop.bench.ts',
      'services/allocation-optimizer/src/fill.bench.ts',
    ],
  },
  {
    name: 'latency',
    about: 'a reading of a site meter until its profiles are on the sockets of 200 and of 1,000 stations, whole stack',
    aim: 'at 1,000 stations p99 100 ms, p50 near 25 ms',
    servers: [],
    programs: ['tools/bench/latency.bench.ts'],
  },
  {
    name: 'dispatch',
    about: 'a limit drop for 1,000 EVSEs: the decision until the last decrease is on the wire, whole stack',
    aim: 'p99 50 ms',
    servers: [],
    programs: ['tools/bench/dispatch.bench.ts'],
  },
  {
    name: 'gateway',
    about: 'durable, answered MeterValues a second and what they cost, whole stack; first the floor of each part',
    aim: '10,000/s; at 6,000/s 0.2 ms of CPU a message over all processes, and p99 25 ms',
    servers: [],
    programs: [
      'tools/bench/floor/echo.bench.ts',
      'tools/bench/floor/append.bench.ts',
      'tools/bench/floor/insert.bench.ts',
      'services/ocpp-gateway/src/message-path.bench.ts',
      'tools/bench/gateway.bench.ts',
      'tools/bench/idle-stations.bench.ts',
    ],
  },
  {
    name: 'restore',
    about: 'new owners of 5,000 sites on 64 shards, from the snapshots in Kafka until the last shard is caught up',
    aim: '15 s',
    servers: ['kafka'],
    programs: [
      'services/allocation-optimizer/src/restore.bench.ts',
      'services/profile-dispatcher/src/restore.bench.ts',
    ],
  },
  {
    name: 'optimum',
    about: 'delivered energy of policies on synthetic days, as a share of what the best possible allocator delivers',
    aim: '95 % of it by the default policy, whatever the day and the limit',
    servers: [],
    programs: [
      'tools/optimum/workplace.bench.ts',
      'tools/optimum/depot.bench.ts',
      'tools/optimum/residential.bench.ts',
      'tools/optimum/hub.bench.ts',
    ],
  },
  {
    name: 'plan',
    about: 'one plan over 24 h, all its levels, solved, proven and checked',
    aim: '100 ms of CPU for 200 sessions, 500 ms where all are present all day, 1 s for 1,000',
    servers: [],
    programs: ['services/allocation-optimizer/src/planning.bench.ts'],
  },
];

/** Names for several of them. */
export const BENCH_GROUPS: Readonly<Record<string, readonly string[]>> = {
  // How fast the optimizer thinks: its fast loop, and its plan.
  allocation: ['fast-loop', 'plan'],
};
