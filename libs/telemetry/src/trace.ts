/** What a span carries: short, and of this one event; ids of stations and sites belong here, not into labels. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Spans that one span may name as its causes. */
export const MAX_LINKS = 16;

export interface SpanOptions {
  readonly attributes?: Attributes;
  /** `traceparent` of what else it was done for; the first `MAX_LINKS`. */
  readonly links?: readonly string[];
}

/**
 * A piece of work in a trace, passed along as a value. Of a trace that is not sampled it is `NO_SPAN`, on which
 * everything is free.
 */
export interface Span {
  /** W3C Trace Context, for headers of records and metadata of calls. Undefined: not sampled. */
  readonly traceparent: string | undefined;
  /** 32 hex digits, for logs. Undefined: not sampled. */
  readonly traceId: string | undefined;
  child(name: string, options?: SpanOptions): Span;
  set(attributes: Attributes): void;
  /** `failed`: why, in words. Calling it twice is harmless; the first one counts. */
  end(failed?: string): void;
}

export interface Tracer {
  /** Begins a trace, if the sampling takes this one. */
  begin(name: string, options?: SpanOptions): Span;
  /** Goes on where `traceparent` left off; `NO_SPAN` where there is none, or where it is not of a sampled trace. */
  follow(traceparent: string | undefined, name: string, options?: SpanOptions): Span;
}

export const NO_SPAN: Span = Object.freeze({
  traceparent: undefined,
  traceId: undefined,
  child: () => NO_SPAN,
  set: () => {},
  end: () => {},
});

export const SILENT_TRACER: Tracer = { begin: () => NO_SPAN, follow: () => NO_SPAN };
