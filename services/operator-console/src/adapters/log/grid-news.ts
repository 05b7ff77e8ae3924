import { decodeRecord, gridV1, TOPICS } from '@headroom/contracts';
import { ok, type Result } from '@headroom/kernel';
import {
  type Asked,
  type AskedPeriod,
  CIRCUITS_KEPT_MAX,
  type DrawnStretch,
  type EventNote,
  type EventReport,
  PERIODS_KEPT_MAX,
} from '../../domain/grid-event.ts';
import { type GridSegment, type GridSource, type GridTimeline, SEGMENTS_KEPT_MAX } from '../../domain/site-grid.ts';
import type { GridNews } from '../../ports.ts';

/** What the console keeps of a record of grid.facts; undefined: nothing. An error: it does not decode. */
export function gridNewsOf(value: Uint8Array): Result<GridNews | undefined, string> {
  const decoded = decodeRecord(TOPICS.gridFacts, value);
  if (decoded.kind === 'err') return decoded;
  const { siteId, fact } = decoded.value;
  switch (fact?.$case) {
    case 'timelineSet':
      return ok(timelineNews(siteId, fact.value));
    case 'sourceChanged':
      return ok({ kind: 'source', siteId, source: sourceOf(fact.value) });
    case 'eventNoted':
      return ok({ kind: 'note', siteId, note: noteOf(fact.value) });
    case 'eventReported':
      return ok({ kind: 'report', siteId, report: reportOf(fact.value) });
    case undefined:
      return ok(undefined);
  }
}

const optional = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);
const numberOf = (value: bigint | undefined): number | undefined => (value === undefined ? undefined : Number(value));

function timelineNews(siteId: string, set: gridV1.TimelineSet): GridNews {
  const { circuitId } = set;
  if (circuitId === undefined) return { kind: 'timeline', siteId, timeline: timelineOf(set) };
  // What a circuit may draw is in its limit: of its timeline that which an event asks, or returns from, is all that is shown.
  const segments = set.segments.filter(({ cause }) => cause !== undefined);
  return { kind: 'timeline', siteId, circuitId, timeline: timelineOf({ ...set, segments }) };
}

const timelineOf = ({ version, segments }: gridV1.TimelineSet): GridTimeline => ({
  version: Number(version),
  segments: segments.slice(0, SEGMENTS_KEPT_MAX).map(segmentOf),
});

const segmentOf = ({ startMs, endMs, limitW, cause, price }: gridV1.GridSegment): GridSegment => ({
  startMs: Number(startMs),
  ...optional('endMs', numberOf(endMs)),
  ...optional('limitW', numberOf(limitW)),
  ...(cause === undefined
    ? {}
    : { cause: { kind: causeKindOf(cause.kind), source: cause.source, eventId: cause.eventId } }),
  ...(price === undefined
    ? {}
    : { price: { currency: price.currency, microPerKwh: Number(price.microPerKwh), source: price.source } }),
});

function causeKindOf(kind: gridV1.GridCauseKind): 'event' | 'return' | 'fallback' {
  if (kind === gridV1.GridCauseKind.RETURN) return 'return';
  return kind === gridV1.GridCauseKind.FALLBACK ? 'fallback' : 'event';
}

const SOURCE_STATES: ReadonlyMap<gridV1.SourceState, GridSource['state']> = new Map([
  [gridV1.SourceState.HEARD, 'heard'],
  [gridV1.SourceState.LOST, 'lost'],
]);

const sourceOf = ({ source, state, sentence, atMs, lastHeardMs }: gridV1.SourceChanged): GridSource => ({
  name: source,
  state: SOURCE_STATES.get(state) ?? 'never-heard',
  sentence,
  atMs: Number(atMs),
  ...optional('lastHeardMs', numberOf(lastHeardMs)),
});

const NOTE_KINDS: ReadonlyMap<gridV1.EventNoteKind, EventNote['kind']> = new Map([
  [gridV1.EventNoteKind.SET, 'set'],
  [gridV1.EventNoteKind.CANCELLED, 'cancelled'],
  [gridV1.EventNoteKind.UNROUTED, 'unrouted'],
]);

const noteOf = (note: gridV1.EventNoted): EventNote => ({
  kind: NOTE_KINDS.get(note.kind) ?? 'refused',
  ...{ source: note.source, eventId: note.eventId, eventName: note.eventName, programName: note.programName },
  ...optional('modifiedAtMs', numberOf(note.modifiedAtMs)),
  notedAtMs: Number(note.notedAtMs),
  periods: note.periods.slice(0, PERIODS_KEPT_MAX).flatMap(periodOf),
  sentence: note.sentence,
  ...optional('circuitIds', note.circuitIds.length === 0 ? undefined : note.circuitIds.slice(0, CIRCUITS_KEPT_MAX)),
});

function periodOf({ startMs, endMs, value }: gridV1.NotedPeriod): readonly AskedPeriod[] {
  const asked = askedOf(value);
  if (asked === undefined) return [];
  return [{ startMs: Number(startMs), ...optional('endMs', numberOf(endMs)), asked }];
}

function askedOf(value: gridV1.NotedPeriod['value']): Asked | undefined {
  switch (value?.$case) {
    case 'limitW':
      return { kind: 'limit', limitW: Number(value.value) };
    case 'level':
      return { kind: 'level', level: value.value };
    case 'price':
      return { kind: 'price', microPerKwh: Number(value.value.microPerKwh), currency: value.value.currency };
    // What a kWh emits asks nothing of the site; the page of its plan tells what comes of it.
    case 'carbon':
    case undefined:
      return undefined;
  }
}

const DELIVERIES: ReadonlyMap<gridV1.ReportDelivery, EventReport['delivery']> = new Map([
  [gridV1.ReportDelivery.SENT, 'sent'],
  [gridV1.ReportDelivery.FAILED, 'failed'],
]);

const reportOf = (report: gridV1.EventReported): EventReport => ({
  ...{ source: report.source, eventId: report.eventId, eventName: report.eventName },
  ...optional('circuitId', report.circuitId),
  reportedAtMs: Number(report.reportedAtMs),
  ...optional('before', report.before === undefined ? undefined : stretchOf(report.before)),
  during: report.during.slice(0, PERIODS_KEPT_MAX).map(stretchOf),
  ...optional('after', report.after === undefined ? undefined : stretchOf(report.after)),
  delivery: DELIVERIES.get(report.delivery) ?? 'not-asked',
  sentence: report.sentence,
});

const stretchOf = (stretch: gridV1.DrawnStretch): DrawnStretch => ({
  startMs: Number(stretch.startMs),
  endMs: Number(stretch.endMs),
  ...optional('askedW', numberOf(stretch.askedW)),
  ...optional('meanW', numberOf(stretch.meanW)),
  ...optional('peakW', numberOf(stretch.peakW)),
  coveredPercent: stretch.coveredPercent,
});
