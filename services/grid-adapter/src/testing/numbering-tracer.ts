import { NO_SPAN, type Span, type Tracer } from '@headroom/telemetry';

/** Traces `t1`, `t2`, ...; each span that ends leaves its trace, its name and why it failed in `ended`. */
export function numberingTracer(ended: string[]): Tracer {
  let traces = 0;
  const spanOf = (traceId: string, name: string): Span => ({
    ...NO_SPAN,
    ...{ traceId, traceparent: `of ${traceId}`, child: (below) => spanOf(traceId, below) },
    end: (failed) => void ended.push(failed === undefined ? `${traceId} ${name}` : `${traceId} ${name}: ${failed}`),
  });
  return { begin: (name) => spanOf(`t${(traces += 1)}`, name), follow: () => NO_SPAN };
}
