import { constants, monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks';
import type { Metrics } from '@headroom/telemetry';

const LOOP_WINDOW_MS = 10_000;
const LOOP_RESOLUTION_MS = 20;
const NS_PER_S = 1e9;
const US_PER_S = 1e6;
const MS_PER_S = 1_000;

const GC_KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weak-callbacks'],
]);

/** What the process costs, and how late its event loop is. Returns how to end the measuring. */
export function measureProcess(
  metrics: Metrics,
  process: Pick<NodeJS.Process, 'cpuUsage' | 'memoryUsage'>,
): () => void {
  metrics.observe('headroom_start_time_seconds', {}, () => performance.timeOrigin / MS_PER_S);
  metrics.observe('headroom_cpu_seconds_total', { mode: 'user' }, () => process.cpuUsage().user / US_PER_S);
  metrics.observe('headroom_cpu_seconds_total', { mode: 'system' }, () => process.cpuUsage().system / US_PER_S);
  metrics.observe('headroom_resident_memory_bytes', {}, () => process.memoryUsage.rss());
  metrics.observe('headroom_heap_used_bytes', {}, () => process.memoryUsage().heapUsed);
  const endings = [measureLoop(metrics), measureCollector(metrics)];
  return () => endings.forEach((end) => end());
}

function measureLoop(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delay.enable();
  let shown: { readonly median: number; readonly p99: number; readonly max: number } | undefined;
  // Of a whole window, so that two who look see the same.
  const turn = setInterval(() => {
    const lateS = (ns: number): number => Math.max(0, ns / NS_PER_S - LOOP_RESOLUTION_MS / MS_PER_S);
    shown = { median: lateS(delay.percentile(50)), p99: lateS(delay.percentile(99)), max: lateS(delay.max) };
    delay.reset();
  }, LOOP_WINDOW_MS);
  turn.unref();
  metrics.observe('headroom_event_loop_delay_seconds', { quantile: '0.5' }, () => shown?.median);
  metrics.observe('headroom_event_loop_delay_seconds', { quantile: '0.99' }, () => shown?.p99);
  metrics.observe('headroom_event_loop_delay_seconds', { quantile: '1' }, () => shown?.max);
  return () => {
    clearInterval(turn);
    delay.disable();
  };
}

function measureCollector(metrics: Metrics): () => void {
  const seconds = new Map(
    [...GC_KINDS].map(([number, kind]) => [number, metrics.counter('headroom_gc_seconds_total', { kind })]),
  );
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seconds.get(gcKindOf(entry) ?? 0)?.add(entry.duration / MS_PER_S);
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

/** Node's types leave `detail` out. */
function gcKindOf(entry: object): number | undefined {
  if (!('detail' in entry)) return undefined;
  const { detail } = entry;
  return typeof detail === 'object' && detail !== null && 'kind' in detail ? Number(detail.kind) : undefined;
}
