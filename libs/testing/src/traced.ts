import { NO_SPAN, readTraceparent, type Span, type Tracer, traceparentOf } from '@headroom/telemetry';

/** A trace for tests, and what a header of it says. */
export const TRACE_ID = 'a1b2c3d4'.repeat(4);
export const TRACEPARENT = traceparentOf({ traceId: TRACE_ID, spanId: 'c'.repeat(16) });

/** Follows whatever is traced and begins `TRACE_ID`; tells the names of its spans to `told`, if given. */
export function followingTracer(told: string[] = []): Tracer {
  const spanOf = (traceId: string, name: string): Span => {
    told.push(name);
    return {
      ...NO_SPAN,
      ...{ traceId, traceparent: traceparentOf({ traceId, spanId: 'd'.repeat(16) }) },
      child: (below) => spanOf(traceId, below),
    };
  };
  return {
    begin: (name) => spanOf(TRACE_ID, name),
    follow: (traceparent, name) => {
      const from = readTraceparent(traceparent);
      return from === undefined ? NO_SPAN : spanOf(from.traceId, name);
    },
  };
}
