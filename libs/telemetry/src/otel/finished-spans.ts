import { type HrTime, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { FinishedSpan } from '../finished-span.ts';
import { traceparentOf } from '../traceparent.ts';

/** Spans that a process remembers; the oldest make room. */
export const MAX_FINISHED_SPANS = 5_000;

/** The newest finished spans of this process, for whoever looks at it now. */
export interface FinishedSpans extends SpanProcessor {
  /** In the order in which they ended. */
  all(): readonly FinishedSpan[];
}

export function createFinishedSpans(service: string, max = MAX_FINISHED_SPANS): FinishedSpans {
  const ring: ReadableSpan[] = [];
  let next = 0;
  return {
    onStart: () => {},
    onEnd: (span) => {
      ring[next] = span;
      next = (next + 1) % max;
    },
    forceFlush: async () => {},
    shutdown: async () => {},
    all: () => [...ring.slice(next), ...ring.slice(0, next)].map((span) => plain(service, span)),
  };
}

function plain(service: string, span: ReadableSpan): FinishedSpan {
  const { traceId, spanId } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    service,
    name: span.name,
    startMs: msOf(span.startTime),
    durationMs: msOf(span.duration),
    attributes: { ...span.attributes },
    links: span.links.map(({ context }) => traceparentOf(context)),
    ...(span.status.code === SpanStatusCode.ERROR ? { failed: span.status.message ?? '' } : {}),
  };
}

const msOf = ([seconds, nanos]: HrTime): number => seconds * 1_000 + nanos / 1e6;
