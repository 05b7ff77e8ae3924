import type { StoredRecord } from '@headroom/event-log';
import { meterReadingOf, temperatureOf, timelineOf, toldRecordOf } from './control-facts.ts';
import type { createJury } from './jury.ts';

/** What became durable beside what stations and owners say: of meters and sensors, of the grid, and in what order it stands. */
export function storeRest(
  {
    meterReadings,
    temperatures,
    timelines,
    order,
  }: Pick<ReturnType<typeof createJury>, 'meterReadings' | 'temperatures' | 'timelines' | 'order'>,
  record: StoredRecord,
  { nowMs, toldWithinMs }: { readonly nowMs: number; readonly toldWithinMs: number },
): void {
  const reading = meterReadingOf(record);
  if (reading !== undefined) meterReadings.stored(reading);
  const temperature = temperatureOf(record);
  if (temperature !== undefined) temperatures.stored(temperature);
  const timeline = timelineOf(record);
  if (timeline !== undefined) timelines.told(nowMs, timeline, toldWithinMs);
  const told = toldRecordOf(record);
  if (told !== undefined) order.stored(nowMs, told);
}
