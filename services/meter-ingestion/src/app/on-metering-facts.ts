import type { StoredRecord } from '@headroom/event-log';
import type { MeterIngestionEvents } from '../events.ts';
import type { TakenReading, TakenTemperature } from '../ports.ts';
import { type DrawBoard, endOf } from './draw-board.ts';
import { withoutIdle } from './on-station-facts.ts';
import type { RecordQueue } from './record-queue.ts';

/** A record of our own topic, and the reading of a site meter or a sensor in it, if it is one. */
export interface MeteringInput {
  readonly source: StoredRecord;
  readonly reading: TakenReading | TakenTemperature | undefined;
}

/**
 * Readings of site meters and of sensors, read back from the log: whichever instance took them, the owner of the shard shows and
 * records them.
 */
export async function onMeteringFacts(
  deps: { readonly board: DrawBoard; readonly queue: RecordQueue; readonly events: MeterIngestionEvents },
  inputs: readonly MeteringInput[],
): Promise<void> {
  for (const { reading, source } of inputs) if (reading !== undefined) deps.board.read(reading, source.partition);
  deps.events.readingsTaken(inputs.filter(({ reading }) => reading !== undefined).length);
  const end = endOf(inputs.map(({ source }) => source));
  if (end !== undefined) deps.board.passed(end);
  const recorded = inputs.map(({ source, reading }) => ({
    source,
    samples: [],
    readings: reading === undefined ? [] : [reading],
  }));
  await deps.queue.offer(withoutIdle(recorded));
}
