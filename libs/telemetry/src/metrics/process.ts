import type { MetricDefinition } from '../definition.ts';

const by = ['every'] as const;

/** What each process says of itself. */
export const PROCESS_METRICS = {
  headroom_ready: {
    kind: 'gauge',
    unit: '1 or 0',
    labels: [],
    by,
    help: '1 while /readyz says ready. Why it is not stands there, in words.',
  },
  headroom_start_time_seconds: {
    kind: 'gauge',
    unit: 'seconds since 1970',
    labels: [],
    by,
    help: 'When the process began.',
  },
  headroom_cpu_seconds_total: {
    kind: 'counter',
    unit: 'seconds',
    labels: ['mode'],
    by,
    help: 'CPU time of the process, in user and in system mode.',
  },
  headroom_resident_memory_bytes: {
    kind: 'gauge',
    unit: 'bytes',
    labels: [],
    by,
    help: 'Memory of the process that is in RAM.',
  },
  headroom_heap_used_bytes: {
    kind: 'gauge',
    unit: 'bytes',
    labels: [],
    by,
    help: 'Live and not yet collected objects of JavaScript.',
  },
  headroom_event_loop_delay_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    labels: ['quantile'],
    by,
    help: 'How late the event loop came to its work, over the last whole ten seconds: median, 99 of 100, worst.',
  },
  headroom_gc_seconds_total: {
    kind: 'counter',
    unit: 'seconds',
    labels: ['kind'],
    by,
    help: 'Time in which the garbage collector held the process up.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
