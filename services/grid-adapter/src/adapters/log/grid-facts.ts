import { encodeRecord, gridV1, HEADERS, TOPICS } from '@headroom/contracts';
import type { EventLog, EventRecord } from '@headroom/event-log';
import { assertNever } from '@headroom/kernel';
import type { DrawnSpan } from '../../domain/event-report.ts';
import type { Cause } from '../../domain/limit-bounds.ts';
import type { Period } from '../../domain/period.ts';
import type { Segment, SegmentPrice } from '../../domain/timeline.ts';
import type { Delivery, EventNote, GridFact, GridFacts, SourceState, Timeline } from '../../ports.ts';

const PRODUCER = 'grid-adapter';
/** Records of one append at most. */
export const MAX_FACTS_PER_APPEND = 200;

export function createGridFacts(log: Pick<EventLog, 'append'>): GridFacts {
  return {
    async publish(facts, traceparent) {
      const traced = traceparent === undefined ? {} : { [HEADERS.traceparent]: traceparent };
      for (let from = 0; from < facts.length; from += MAX_FACTS_PER_APPEND) {
        const records = facts.slice(from, from + MAX_FACTS_PER_APPEND).map(recordOf);
        await log.append(records.map((record) => ({ ...record, headers: { ...record.headers, ...traced } })));
      }
    },
  };
}

/** Exported for the round trip. */
export function recordOf(fact: GridFact): EventRecord {
  switch (fact.kind) {
    case 'timeline': {
      const { target, version, publishedAtMs } = fact.timeline;
      const eventId = `grid-timeline/${target.siteId}/${target.circuitId ?? ''}/${version}`;
      const value = timelineSet(fact.timeline);
      return record(
        target.siteId,
        { $case: 'timelineSet', value },
        { eventId, eventType: 'TimelineSet', atMs: publishedAtMs },
      );
    }
    case 'source': {
      const { siteId, source, state, atMs } = fact;
      const eventId = `grid-source/${siteId}/${source}/${state}/${atMs}`;
      return record(
        siteId,
        { $case: 'sourceChanged', value: sourceChanged(fact) },
        { eventId, eventType: 'SourceChanged', atMs },
      );
    }
    case 'report': {
      const { siteId, circuitId, report, delivery, atMs } = fact;
      const target = circuitId === undefined ? siteId : `${siteId}/circuit ${circuitId}`;
      const eventId = `grid-report/${target}/${report.source}/${report.eventId}/${report.after.startMs}/${delivery}`;
      return record(
        siteId,
        { $case: 'eventReported', value: eventReported(fact) },
        { eventId, eventType: 'EventReported', atMs },
      );
    }
    case 'note': {
      const { siteId, note } = fact;
      const { source, eventId: id, kind, modifiedAtMs, notedAtMs, sentence } = note;
      // The same note again is the same event. What is refused has no date that can be trusted, and often no id.
      const version = kind === 'refused' ? `${notedAtMs}/${sentence}` : (modifiedAtMs ?? notedAtMs);
      const eventId = `grid-note/${siteId}/${source}/${id}/${kind}/${version}`;
      return record(
        siteId,
        { $case: 'eventNoted', value: eventNoted(note) },
        { eventId, eventType: 'EventNoted', atMs: notedAtMs },
      );
    }
    default:
      return assertNever(fact);
  }
}

const record = (
  siteId: string,
  fact: gridV1.GridFact['fact'],
  { eventId, eventType, atMs }: { readonly eventId: string; readonly eventType: string; readonly atMs: number },
): EventRecord =>
  encodeRecord(
    TOPICS.gridFacts,
    siteId,
    { siteId, fact },
    { eventId, eventType, occurredAtMs: atMs, producer: PRODUCER },
  );

const big = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(value));

const timelineSet = ({ target, version, publishedAtMs, segments }: Timeline): gridV1.TimelineSet => ({
  circuitId: target.circuitId,
  version: BigInt(version),
  publishedAtMs: BigInt(publishedAtMs),
  segments: segments.map(segmentOf),
});

const segmentOf = ({ startMs, endMs, limitW, cause, price, carbonMgPerKwh }: Segment): gridV1.GridSegment => ({
  startMs: BigInt(startMs),
  endMs: big(endMs),
  limitW: cause.kind === 'own' ? undefined : BigInt(limitW),
  cause: causeOf(cause),
  price: price === undefined ? undefined : priceOf(price),
  carbon: carbonMgPerKwh === undefined ? undefined : { mgPerKwh: BigInt(carbonMgPerKwh) },
});

function causeOf(cause: Cause): gridV1.GridCause | undefined {
  if (cause.kind === 'own') return undefined;
  const { source, programId, eventId, priority } = cause;
  return { kind: causeKindOf(cause), source, programId, eventId: programId === '' ? '' : eventId, priority };
}

function causeKindOf({ kind, programId }: Exclude<Cause, { readonly kind: 'own' }>): gridV1.GridCauseKind {
  if (kind === 'restore') return gridV1.GridCauseKind.RETURN;
  // No program of a VTN has an empty id.
  return programId === '' ? gridV1.GridCauseKind.FALLBACK : gridV1.GridCauseKind.EVENT;
}

const priceOf = ({ currency, microPerKwh, source, eventId, priority }: SegmentPrice): gridV1.GridPrice => ({
  ...{ currency, microPerKwh: BigInt(microPerKwh), source, eventId, priority },
});

const STATES: Readonly<Record<SourceState, gridV1.SourceState>> = {
  heard: gridV1.SourceState.HEARD,
  lost: gridV1.SourceState.LOST,
  'never-heard': gridV1.SourceState.NEVER_HEARD,
};

const sourceChanged = (fact: Extract<GridFact, { readonly kind: 'source' }>): gridV1.SourceChanged => ({
  source: fact.source,
  state: STATES[fact.state],
  sentence: fact.sentence,
  atMs: BigInt(fact.atMs),
  lastHeardMs: big(fact.lastHeardMs),
});

const DELIVERIES: Readonly<Record<Delivery, gridV1.ReportDelivery>> = {
  'not-asked': gridV1.ReportDelivery.NOT_ASKED,
  sent: gridV1.ReportDelivery.SENT,
  failed: gridV1.ReportDelivery.FAILED,
};

const eventReported = (fact: Extract<GridFact, { readonly kind: 'report' }>): gridV1.EventReported => ({
  ...{ source: fact.report.source, eventId: fact.report.eventId, programId: fact.report.programId },
  ...{ eventName: fact.report.eventName ?? '', reportedAtMs: BigInt(fact.atMs) },
  ...{ delivery: DELIVERIES[fact.delivery], sentence: fact.sentence },
  before: stretchOf(fact.report.before),
  during: fact.report.during.map(stretchOf),
  after: stretchOf(fact.report.after),
  circuitId: fact.circuitId,
});

const stretchOf = ({ startMs, endMs, askedW, meanW, peakW, coveredPercent }: DrawnSpan): gridV1.DrawnStretch => ({
  ...{ startMs: BigInt(startMs), endMs: BigInt(endMs), coveredPercent },
  ...{ askedW: big(askedW), meanW: big(meanW), peakW: big(peakW) },
});

const KINDS: Readonly<Record<EventNote['kind'], gridV1.EventNoteKind>> = {
  set: gridV1.EventNoteKind.SET,
  cancelled: gridV1.EventNoteKind.CANCELLED,
  refused: gridV1.EventNoteKind.REFUSED,
  unrouted: gridV1.EventNoteKind.UNROUTED,
};

const eventNoted = (note: EventNote): gridV1.EventNoted => ({
  ...{ source: note.source, eventId: note.eventId, programId: note.programId, programName: note.programName },
  ...{ eventName: note.eventName ?? '', priority: note.priority, kind: KINDS[note.kind], sentence: note.sentence },
  modifiedAtMs: big(note.modifiedAtMs),
  notedAtMs: BigInt(note.notedAtMs),
  periods: note.periods.map((period) => periodOf(period, note)),
  circuitIds: [...(note.circuitIds ?? [])],
});

const periodOf = (period: Period, note: EventNote): gridV1.NotedPeriod => ({
  startMs: BigInt(period.startMs),
  endMs: big(period.endMs),
  value: valueOf(period, note),
});

function valueOf(period: Period, { source, eventId, priority }: EventNote): gridV1.NotedPeriod['value'] {
  switch (period.kind) {
    case 'limit':
      return { $case: 'limitW', value: BigInt(period.limitW) };
    case 'level':
      return { $case: 'level', value: period.level };
    case 'price': {
      const { currency, microPerKwh } = period;
      return {
        $case: 'price',
        value: priceOf({ currency, microPerKwh, source, eventId, ...(priority === undefined ? {} : { priority }) }),
      };
    }
    case 'carbon':
      return { $case: 'carbon', value: { mgPerKwh: BigInt(period.mgPerKwh) } };
    default:
      return assertNever(period);
  }
}
