import type { FinishedSpan } from './finished-span.ts';

/** A span and what it led to, in the order in which it began. */
export interface TraceNode {
  readonly span: FinishedSpan;
  readonly children: readonly TraceNode[];
}

/** Spans of one trace as trees: one, unless the process that held a parent is gone. */
export function treeOf(spans: readonly FinishedSpan[]): readonly TraceNode[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const byParent = Map.groupBy(spans, ({ parentSpanId }) =>
    parentSpanId !== undefined && known.has(parentSpanId) ? parentSpanId : '',
  );
  const below = (parent: string): readonly TraceNode[] =>
    (byParent.get(parent) ?? [])
      .toSorted((a, b) => a.startMs - b.startMs)
      .map((span) => ({ span, children: below(span.spanId) }));
  return below('');
}

/** A line a span: indent, service, name, start after the first in ms, duration, what it carried. */
export function traceLines(spans: readonly FinishedSpan[]): readonly string[] {
  const firstMs = Math.min(...spans.map(({ startMs }) => startMs));
  const lines = (nodes: readonly TraceNode[], depth: number): readonly string[] =>
    nodes.flatMap(({ span, children }) => [lineOf(span, depth, firstMs), ...lines(children, depth + 1)]);
  return lines(treeOf(spans), 0);
}

function lineOf(span: FinishedSpan, depth: number, firstMs: number): string {
  const carried = Object.entries(span.attributes).map(([name, value]) => `${name}=${String(value)}`);
  if (span.links.length > 0) carried.push(`links=${span.links.length}`);
  if (span.failed !== undefined) carried.push(`failed: ${span.failed}`);
  const who = `${'  '.repeat(depth)}${span.service}  ${span.name}`;
  const when = `+${(span.startMs - firstMs).toFixed(1)} ms, ${span.durationMs.toFixed(1)} ms`;
  return `${who.padEnd(56)} ${when.padEnd(24)} ${carried.join(' ')}`.trimEnd();
}

/** The newest trace that holds all of these names; where none does, the newest one; undefined: there is none. */
export function newestTrace(
  spans: readonly FinishedSpan[],
  names: readonly string[],
): readonly FinishedSpan[] | undefined {
  const traces = [...Map.groupBy(spans, ({ traceId }) => traceId).values()].toSorted((a, b) => endOf(b) - endOf(a));
  return traces.find((trace) => names.every((name) => trace.some((span) => span.name === name))) ?? traces[0];
}

const endOf = (trace: readonly FinishedSpan[]): number =>
  Math.max(...trace.map(({ startMs, durationMs }) => startMs + durationMs));
