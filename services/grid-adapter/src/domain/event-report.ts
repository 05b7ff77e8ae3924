import type { EpochMs } from '@headroom/kernel';
import type { Drawn } from './draw-book.ts';
import { type KnownEvent, periodsOf } from './known-event.ts';
import { endOf, isPower, type Span } from './period.ts';

/** What is compared with the event: as long as it, within these. */
export const COMPARED_LEAST_MS = 60_000;
export const COMPARED_MOST_MS = 900_000;
/** Samples come late. */
export const LATE_MS = 15_000;
/** Periods of one report, the first ones. */
export const REPORTED_PERIODS_MAX = 100;

export interface AskedSpan extends Required<Span> {
  /** Of a level: what it came to. */
  readonly askedW: number;
}

/** The stretches of time that a report of an event speaks of. */
export interface ReportSpans {
  readonly before: Required<Span>;
  /** In order of their start. */
  readonly during: readonly AskedSpan[];
  readonly after: Required<Span>;
}

/** A stretch and what was drawn in it. */
export interface DrawnSpan extends Required<Span>, Drawn {
  readonly askedW?: number;
}

/** What was asked of a site, and what it drew before, during and after. */
export interface EventReport {
  readonly source: string;
  readonly eventId: string;
  readonly programId: string;
  readonly eventName?: string;
  readonly before: DrawnSpan;
  readonly during: readonly DrawnSpan[];
  readonly after: DrawnSpan;
}

export interface ReportRules {
  readonly nowMs: EpochMs;
  /** Of the site; for levels. */
  readonly ownW: number;
  readonly levelPercent: readonly number[];
}

/** Undefined: not over yet, or it never asked for power, or was over before we knew of it. */
export function reportSpans(known: KnownEvent, { nowMs, ownW, levelPercent }: ReportRules): ReportSpans | undefined {
  const during: AskedSpan[] = [];
  for (const period of periodsOf(known, nowMs)) {
    if (!isPower(period)) continue;
    const { startMs } = period;
    const endMs = endOf(period);
    if (endMs === Number.POSITIVE_INFINITY) return undefined;
    const askedW =
      period.kind === 'limit' ? period.limitW : Math.floor((ownW * Math.max(0, levelPercent[period.level] ?? 0)) / 100);
    if (startMs < endMs) during.push({ startMs, endMs, askedW });
  }
  const [first] = during;
  if (first === undefined) return undefined;
  const endMs = during.reduce((last, span) => Math.max(last, span.endMs), first.endMs);
  const comparedMs = Math.min(COMPARED_MOST_MS, Math.max(COMPARED_LEAST_MS, endMs - first.startMs));
  if (endMs <= known.firstSeenMs || endMs + comparedMs + LATE_MS > nowMs) return undefined;
  return {
    before: { startMs: first.startMs - comparedMs, endMs: first.startMs },
    during: during.slice(0, REPORTED_PERIODS_MAX),
    after: { startMs: endMs, endMs: endMs + comparedMs },
  };
}

/** The same event has another report where a later version of it has another end. */
export const reportKey = (known: KnownEvent, { after }: ReportSpans): string =>
  `${known.event.eventId}/${after.startMs}`;
