import { decodeRecord, gridV1, TOPICS } from '@headroom/contracts';
import { circuitId, ok, type Result } from '@headroom/kernel';
import type { GridFact } from '../../domain/facts.ts';
import { gridTimelineOf, type GridCauseKind, type ToldSegment } from '../../domain/grid-timeline.ts';
import type { Decoder } from '../../service.ts';

/** Limits and prices of the grid. Who says them and what people read of it is shown elsewhere; prices bear on no limit (DR-E5). */
export const gridFactOf: Decoder<GridFact> = (value) => {
  const decoded = decodeRecord(TOPICS.gridFacts, value);
  if (decoded.kind === 'err') return decoded;
  const { siteId, fact } = decoded.value;
  switch (fact?.$case) {
    case 'timelineSet': {
      const read = timelineSet(fact.value);
      return read.kind === 'err' ? read : ok({ siteId, content: read.value });
    }
    case 'sourceChanged':
    case 'eventNoted':
    case 'eventReported':
    case undefined:
      return ok(undefined);
  }
};

function timelineSet({ circuitId: target, version, segments }: gridV1.TimelineSet): Result<GridFact, string> {
  const timeline = gridTimelineOf(version, segments.map(toldSegment));
  if (timeline.kind === 'err') return timeline;
  const of = target === undefined ? '' : circuitId(target);
  return ok({ kind: 'grid-timeline-set', target: of, timeline: timeline.value });
}

const toldSegment = ({ startMs, endMs, limitW, cause, price, carbon }: gridV1.GridSegment): ToldSegment => ({
  startMs: Number(startMs),
  endMs: endMs === undefined ? undefined : Number(endMs),
  limitW: limitW === undefined ? undefined : Number(limitW),
  kind: causeKindOf(cause?.kind),
  source: cause?.source ?? '',
  eventId: cause?.eventId ?? '',
  ...(price === undefined ? {} : { price: { currency: price.currency, microPerKwh: Number(price.microPerKwh) } }),
  ...(carbon === undefined ? {} : { carbonMgPerKwh: Number(carbon.mgPerKwh) }),
});

/** A cause that we do not know limits all the same. */
export function causeKindOf(kind: gridV1.GridCauseKind | undefined): GridCauseKind {
  if (kind === gridV1.GridCauseKind.RETURN) return 'return';
  return kind === gridV1.GridCauseKind.FALLBACK ? 'fallback' : 'event';
}
