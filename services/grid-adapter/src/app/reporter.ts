import type { Clock, EpochMs, Result } from '@headroom/kernel';
import { SILENT_TRACER, type Span, type Tracer } from '@headroom/telemetry';
import type { GridSourceConfig } from '../config.ts';
import { REPORTED_MAX } from '../domain/bounds.ts';
import type { DrawBook } from '../domain/draw-book.ts';
import { type EventReport, reportKey, type ReportSpans, reportSpans } from '../domain/event-report.ts';
import { optional } from '../domain/grid-event.ts';
import { type SignalTarget, targetKey } from '../domain/grid-signal.ts';
import type { KnownEvent } from '../domain/known-event.ts';
import type { GridAdapterEvents } from '../events.ts';
import type { Delivery, GridFact, OwnLimits } from '../ports.ts';
import { concerned } from './notes.ts';
import { ownLimitOf } from './reckon.ts';
import type { Taken, TargetReport } from './send-report.ts';
import type { SourceDesk } from './source-state.ts';

/** How often events are looked at, and how soon a report that was not taken is sent again. Of clock time. */
export const LOOK_EVERY_MS = 5_000;
export const SEND_AGAIN_MS = 60_000;

export interface ReporterDeps {
  readonly clock: Clock;
  readonly desks: readonly SourceDesk[];
  readonly draws: Pick<DrawBook, 'drawn'>;
  readonly ownLimits: (siteId: string) => OwnLimits | undefined;
  readonly send: (source: GridSourceConfig, reports: readonly TargetReport[]) => Promise<Result<Taken, string>>;
  /** `cause`: what they follow from, where that is traced. */
  readonly tell: (facts: readonly GridFact[], cause?: Span) => void;
  readonly events: Pick<GridAdapterEvents, 'reported' | 'notReported'>;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
  readonly onBug: (cause: unknown) => void;
}

/** Tells what came of each event once it is over, people always and its VTN where it asks. */
export interface Reporter {
  look(): void;
  /** What is under way is not told any more. */
  end(): void;
}

interface Done {
  readonly key: string;
  readonly reports: readonly TargetReport[];
  readonly asksReport: boolean;
}

export function createReporter(deps: ReporterDeps): Reporter {
  const { clock, desks, send, tell, events, tracer = SILENT_TRACER, onBug } = deps;
  const sending = new Set<SourceDesk>();
  /** Reports that were not taken: when they are sent again, and why. */
  const failed = new Map<string, { readonly dueMonoMs: number; readonly why: string }>();
  let dueMonoMs = Number.NEGATIVE_INFINITY;
  let isOver = false;

  const facts = (reports: readonly TargetReport[], delivery: Delivery, sentence = ''): readonly GridFact[] =>
    reports.map((each) => ({ kind: 'report', ...each, delivery, sentence, atMs: clock.nowMs() }));
  const done = (desk: SourceDesk, key: string): void => {
    const reported = [...(desk.memory.reported ?? []), key].slice(-REPORTED_MAX);
    desk.memory = { ...desk.memory, reported };
    desk.unsaved = 'all';
  };
  const deliver = async (desk: SourceDesk, { key, reports }: Done): Promise<void> => {
    const failedKey = JSON.stringify([desk.config.name, key]);
    const { name: source } = desk.config;
    const span = tracer.begin('report to a utility', { attributes: { source, key } });
    const outcome = await send(desk.config, reports);
    span.end(outcome.kind === 'ok' ? undefined : outcome.error);
    if (isOver) return;
    const { traceId } = span;
    if (outcome.kind === 'ok') {
      failed.delete(failedKey);
      const { oddity } = outcome.value;
      // First: what is told may be published at once, and is not told a second time after a crash.
      done(desk, key);
      tell(facts(reports, 'sent', oddity), span);
      return events.reported({ source, key, oddity, traceId });
    }
    const why = outcome.error;
    if (failed.get(failedKey)?.why !== why) {
      events.notReported({ source, key, why, traceId });
      tell(facts(reports, 'failed', why), span);
    }
    // Those of events that are forgotten by now go first.
    const [oldest] = failed.keys();
    if (failed.size >= REPORTED_MAX && oldest !== undefined) failed.delete(oldest);
    failed.set(failedKey, { why, dueMonoMs: clock.monoMs() + SEND_AGAIN_MS });
  };
  const isWaiting = (desk: SourceDesk, key: string): boolean =>
    (failed.get(JSON.stringify([desk.config.name, key]))?.dueMonoMs ?? Number.NEGATIVE_INFINITY) > clock.monoMs();

  const lookAt = (desk: SourceDesk): void => {
    const reported = new Set(desk.memory.reported);
    for (const known of desk.memory.known.events) {
      const next = doneOf(known, { desk, deps, nowMs: clock.nowMs() });
      if (next === undefined || reported.has(next.key) || isWaiting(desk, next.key)) continue;
      if (next.asksReport && next.reports.length > 0) {
        sending.add(desk);
        deliver(desk, next)
          .catch(onBug)
          .finally(() => sending.delete(desk));
        // One at a time of each source; the others at the next look.
        return;
      }
      tell(facts(next.reports, 'not-asked'));
      done(desk, next.key);
    }
  };

  return {
    look() {
      if (isOver || clock.monoMs() < dueMonoMs) return;
      dueMonoMs = clock.monoMs() + LOOK_EVERY_MS;
      for (const desk of desks) if (!sending.has(desk)) lookAt(desk);
    },
    end() {
      isOver = true;
    },
  };
}

interface At {
  readonly desk: SourceDesk;
  readonly deps: Pick<ReporterDeps, 'draws' | 'ownLimits'>;
  readonly nowMs: EpochMs;
}

/** Undefined: it is not over, or asks for nothing. */
function doneOf(known: KnownEvent, { desk, deps, nowMs }: At): Done | undefined {
  const { routing, limits } = desk.config;
  const { levelPercent } = limits;
  const byKey = new Map(concerned(known, routing).map((target) => [targetKey(target), target]));
  const over = [...byKey.values()].flatMap((target) => {
    const ownW = ownLimitOf(target, deps.ownLimits(target.siteId)) ?? 0;
    const spans = reportSpans(known, { nowMs, levelPercent, ownW });
    return spans === undefined ? [] : [{ target, spans }];
  });
  const [first] = over;
  if (first === undefined) return undefined;
  return {
    key: reportKey(known, first.spans),
    reports: over.map(({ target, spans }) => ({
      ...target,
      report: reportOf(known, { target, spans }, { desk, deps }),
    })),
    asksReport: known.event.asksReport === true,
  };
}

function reportOf(
  { event }: KnownEvent,
  { target, spans }: { readonly target: SignalTarget; readonly spans: ReportSpans },
  { desk, deps }: Pick<At, 'desk' | 'deps'>,
): EventReport {
  const drawn = <T extends ReportSpans['before']>(span: T) => ({ ...span, ...deps.draws.drawn(target, span) });
  return {
    ...{ source: desk.config.name, eventId: event.eventId, programId: event.programId },
    ...optional('eventName', event.name),
    before: drawn(spans.before),
    during: spans.during.map(drawn),
    after: drawn(spans.after),
  };
}
