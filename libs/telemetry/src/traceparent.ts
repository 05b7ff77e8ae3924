/** A place in a sampled trace. */
export interface TracePoint {
  /** 32 hex digits, not all zero. */
  readonly traceId: string;
  /** 16 hex digits, not all zero. */
  readonly spanId: string;
}

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;

/** W3C Trace Context, version 00. Undefined: not of that form, or not sampled. */
export function readTraceparent(text: string | undefined): TracePoint | undefined {
  const [, traceId, spanId, flags] = FORM.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if ((Number.parseInt(flags, 16) & SAMPLED) === 0) return undefined;
  return /[^0]/.test(traceId) && /[^0]/.test(spanId) ? { traceId, spanId } : undefined;
}

/** Of what carries these headers: the trace that its log lines name. Undefined: none, or it is not sampled. */
export const traceIdIn = (headers: Readonly<Record<string, string>>): string | undefined =>
  readTraceparent(headers['traceparent'])?.traceId;

export const traceparentOf = ({ traceId, spanId }: TracePoint): string => `00-${traceId}-${spanId}-01`;
