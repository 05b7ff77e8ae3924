/** A span as `/traces` tells it. */
export interface FinishedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly service: string;
  readonly name: string;
  /** Epoch ms with fractions, by the clock of its process. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** `traceparent` of its causes beside its parent. */
  readonly links: readonly string[];
  readonly failed?: string;
}
