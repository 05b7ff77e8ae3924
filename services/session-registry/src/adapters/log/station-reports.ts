import { HEADERS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import { ok, type Result } from '@headroom/kernel';
import type { StationReport } from '../../app/on-station-facts.ts';
import { stationEventOf } from '../wire/station-fact.ts';

/** A record of station.facts, read. One without an id of its own is known by its place in the log. */
export function stationReportOf(record: StoredRecord): Result<StationReport, string> {
  const read = stationEventOf(record.value);
  if (read.kind === 'err') return read;
  const { topic, partition, offset, headers } = record;
  return ok({ ...read.value, eventId: headers[HEADERS.eventId] ?? `${topic}/${partition}/${offset}` });
}
