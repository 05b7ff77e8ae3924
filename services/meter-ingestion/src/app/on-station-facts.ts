import type { StoredRecord } from '@headroom/event-log';
import { type Span, traceIdIn, type Tracer } from '@headroom/telemetry';
import type { EvseOfTransaction } from '../domain/evse-of-transaction.ts';
import { type MeterMessage, understandMessage } from '../domain/meter-message.ts';
import type { EvseSample } from '../domain/samples.ts';
import type { SiteBook } from '../domain/site-book.ts';
import type { MeterIngestionEvents } from '../events.ts';
import type { MeteringFacts, RecordedInput } from '../ports.ts';
import { type DrawBoard, endOf } from './draw-board.ts';
import type { RecordQueue } from './record-queue.ts';

export interface OnStationFactsDeps {
  readonly sites: SiteBook;
  readonly evseOfTransaction: EvseOfTransaction;
  readonly facts: MeteringFacts;
  readonly board: DrawBoard;
  readonly queue: RecordQueue;
  readonly events: MeterIngestionEvents;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
}

/** A record and the meter values it carried, if any. */
export interface StationInput {
  readonly source: StoredRecord;
  readonly message: MeterMessage | undefined;
}

/** Header of W3C Trace Context. */
const TRACEPARENT = 'traceparent';

/** For control: of a site, of one EVSE. */
const isForControl = (sample: EvseSample): boolean => sample.siteId !== '' && sample.evse > 0;

/**
 * Meter values of stations: understood, told to control at once, shown, then recorded.
 * A repeat tells control twice with the same event id; the record keeps one. That is also what a member does that has slept
 * and does not know yet that its shard is somebody else's: readers pass over samples older than what they have.
 */
export async function onStationFacts(deps: OnStationFactsDeps, inputs: readonly StationInput[]): Promise<void> {
  const recorded: RecordedInput[] = [];
  for (const { source, message } of inputs) {
    recorded.push({
      source,
      samples: message === undefined ? [] : samplesOf(deps, message, traceIdIn(source.headers)),
      readings: [],
    });
  }
  const forControl = recorded.flatMap((input) => input.samples).filter(isForControl);
  const traces = tracesOf(deps, recorded);
  if (forControl.length > 0) await deps.facts.appendSamples(forControl, (sample) => traces.get(sample)?.traceparent);
  for (const span of traces.values()) span.end();
  for (const { source, samples } of recorded) for (const each of samples) deps.board.sampled(each, source.partition);
  deps.events.sampled(recorded.reduce((sum, { samples }) => sum + samples.length, 0));
  const end = endOf(inputs.map(({ source }) => source));
  if (end !== undefined) deps.board.passed(end);
  await deps.queue.offer(withoutIdle(recorded));
}

/** A span for each traced message, by the samples it gave; none where nothing is traced. */
function tracesOf({ tracer }: OnStationFactsDeps, inputs: readonly RecordedInput[]): ReadonlyMap<EvseSample, Span> {
  const spans = new Map<EvseSample, Span>();
  for (const { source, samples } of inputs) {
    const traceparent = source.headers[TRACEPARENT];
    if (traceparent === undefined || tracer === undefined || samples.length === 0) continue;
    const attributes = { partition: source.partition, offset: String(source.offset), samples: samples.length };
    const span = tracer.follow(traceparent, 'understand meter values', { attributes });
    for (const sample of samples) spans.set(sample, span);
  }
  return spans;
}

function samplesOf(
  deps: OnStationFactsDeps,
  message: MeterMessage,
  traceId: string | undefined,
): readonly EvseSample[] {
  const site = deps.sites.find(message.siteId);
  const located = deps.evseOfTransaction.locate(message, site?.evsesOf.get(message.stationId) ?? []);
  const { samples, dropped } = understandMessage(located, deps.sites.socketsOf(message.siteId));
  if (dropped > 0) deps.events.valuesDropped({ stationId: message.stationId, count: dropped, traceId });
  return samples;
}

/** Inputs with rows, and the last one, which carries the position of the batch. */
export const withoutIdle = (inputs: readonly RecordedInput[]): readonly RecordedInput[] =>
  inputs.filter((input, index) => input.samples.length > 0 || input.readings.length > 0 || index === inputs.length - 1);
