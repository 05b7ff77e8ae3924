import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { MAX_LINKS, NO_SPAN, type Span, type SpanOptions, type Tracer } from '../trace.ts';
import { readTraceparent, type TracePoint, traceparentOf } from '../traceparent.ts';

export interface Sampling {
  /** Of traces that begin here, 0 to 1. What came with a `traceparent` was decided where it began. */
  readonly ratio: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Our port over a tracer of OpenTelemetry whose own sampler takes everything. */
export function tracerOver(otel: OtelTracer, { ratio, random }: Sampling): Tracer {
  return {
    begin: (name, options) => {
      if (ratio <= 0 || (ratio < 1 && random() >= ratio)) return NO_SPAN;
      return spanOf(otel, start(otel, name, options, ROOT_CONTEXT));
    },
    follow: (traceparent, name, options) => {
      const from = readTraceparent(traceparent);
      return from === undefined ? NO_SPAN : spanOf(otel, start(otel, name, options, contextOf(from)));
    },
  };
}

const placeOf = ({ traceId, spanId }: TracePoint) => ({
  traceId,
  spanId,
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
});

const contextOf = (from: TracePoint): Context => trace.setSpanContext(ROOT_CONTEXT, placeOf(from));

function start(otel: OtelTracer, name: string, options: SpanOptions = {}, context: Context): OtelSpan {
  const links = (options.links ?? []).slice(0, MAX_LINKS).flatMap((link): Link[] => {
    const at = readTraceparent(link);
    return at === undefined ? [] : [{ context: placeOf(at) }];
  });
  return otel.startSpan(name, { attributes: { ...options.attributes }, links }, context);
}

function spanOf(otel: OtelTracer, span: OtelSpan): Span {
  const at = span.spanContext();
  return {
    traceparent: traceparentOf(at),
    traceId: at.traceId,
    child: (name, options) => spanOf(otel, start(otel, name, options, contextOf(at))),
    set: (attributes) => void span.setAttributes({ ...attributes }),
    end: (failed) => {
      if (!span.isRecording()) return;
      if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failed });
      span.end();
    },
  };
}
