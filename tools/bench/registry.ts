import type { ServerName } from '@headroom/local';

/** One question about speed, and the programs that answer it, one after the other, each in a process of its own. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  /** What we want the figures to be. Said beside them, and never a reason to fail. */
  readonly aim: string;
  /** Started afresh before its programs; these get the endpoints as arguments, in this order. */
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
    aim: 'none set: a decision within the 20 ms for which facts are gathered',
    servers: [],
    programs: ['services/allocation-optimizer/src/fast-loop.bench.ts'],
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
];
