import type { OcppVersion } from './canonical.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from './json.ts';

/**
 * What a station says that holds now, in the unit of its answer: `16 A`. Undefined: its answer to GetCompositeSchedule names no
 * limit. Whatever is wrong with its form, what can be read of it is (H75).
 */
export function compositeSaid(version: OcppVersion, payload: JsonObject): string | undefined {
  const schedule = objectAt(payload, version === 'ocpp1.6' ? 'chargingSchedule' : 'schedule');
  const [first] = schedule === undefined ? [] : objectsAt(schedule, 'chargingSchedulePeriod');
  const limit = Number((first && textAt(first, 'limit')) ?? Number.NaN);
  if (schedule === undefined || !Number.isFinite(limit)) return undefined;
  return `${limit} ${textAt(schedule, 'chargingRateUnit') === 'W' ? 'W' : 'A'}`;
}
