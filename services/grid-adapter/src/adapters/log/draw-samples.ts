import { type commonV1, decodeRecord, HEADERS, meteringV1, TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import { ok, type Result } from '@headroom/kernel';
import { type DrawSample, evsePart, meterPart } from '../../domain/draw-book.ts';

/** Only for reports, which name their doubts: the site's own voltage is for limits. */
const VOLTAGE_V = 230;

/** Before which instant nothing is of use; told without decoding. */
export const isOlderThan = ({ headers }: StoredRecord, atMs: number): boolean =>
  Number(headers[HEADERS.occurredAtMs] ?? Number.POSITIVE_INFINITY) < atMs;

/** Undefined: it says nothing of power, or too late to be put in order. */
export function drawSampleOf(record: StoredRecord): Result<DrawSample | undefined, string> {
  const decoded = decodeRecord(TOPICS.meteringFacts, record.value);
  if (decoded.kind === 'err') return decoded;
  const { siteId, fact } = decoded.value;
  switch (fact?.$case) {
    case 'evseMeasured': {
      const { stationId, evse, sampledAtMs, powerW, current, quality } = fact.value;
      const watts = powerW === undefined ? wattsOf(current) : Number(powerW);
      if (watts === undefined || quality === meteringV1.SampleQuality.LATE) return ok(undefined);
      return ok({ siteId, part: evsePart(stationId, evse), atMs: Number(sampledAtMs), powerW: watts });
    }
    case 'siteMeterRead': {
      const { meterId, sampledAtMs, current } = fact.value;
      const watts = wattsOf(current);
      return ok(
        watts === undefined
          ? undefined
          : { siteId, part: meterPart(meterId), atMs: Number(sampledAtMs), powerW: Math.max(0, watts) },
      );
    }
    case undefined:
      return ok(undefined);
  }
}

/** A phase that is not told carries nothing; where none is told, nothing is known. */
function wattsOf(current: commonV1.PhaseCurrents | undefined): number | undefined {
  const phases = [current?.l1DeciA, current?.l2DeciA, current?.l3DeciA].filter((deciA) => deciA !== undefined);
  return phases.length === 0 ? undefined : (phases.reduce((sum, deciA) => sum + deciA, 0) * VOLTAGE_V) / 10;
}
