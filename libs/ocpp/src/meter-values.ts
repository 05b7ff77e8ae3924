import type { MeterValue, SampledValue, StationTime } from './canonical.ts';
import { cappedAt, type JsonObject, objectAt, objectsAt, textAt, textOf } from './json.ts';
import { parseTimestamp } from './timestamps.ts';

/** Time of a message or of one meter value, the time of receipt standing in for what cannot be true (H28, H40). */
export function stationTimeAt(object: JsonObject, key: string, receivedAtMs: number): StationTime {
  const text = textAt(object, key) ?? '';
  const parsed = parseTimestamp(text);
  return { text, atMs: parsed === undefined || parsed.quirk === 'implausible' ? receivedAtMs : parsed.atMs };
}

const ENERGY = 'Energy.Active.Import.Register';

/** Meter values of a message. A sample without a value is left out, never the message (H37). */
export function meterValuesAt(object: JsonObject, key: string, receivedAtMs: number): readonly MeterValue[] {
  return objectsAt(object, key).map((meterValue) => ({
    stationTime: stationTimeAt(meterValue, 'timestamp', receivedAtMs),
    sampledValues: objectsAt(meterValue, 'sampledValue')
      .map(sampledValueOf)
      .filter((sample) => sample !== undefined),
  }));
}

/** Same in both versions but for the unit: 1.6 has `unit`, 2.x has `unitOfMeasure`. Defaults of the standard (H35). */
function sampledValueOf(sample: JsonObject): SampledValue | undefined {
  // By name, for this runs for every sample of every station: a look-up by a key that varies takes longer.
  const { value, measurand, phase, unit, context, location } = sample;
  const text = textOf(value);
  if (text === undefined) return undefined;
  const unitOfMeasure = objectAt(sample, 'unitOfMeasure');
  const quantity = textOf(measurand) ?? ENERGY;
  const unitText = textOf(unit) ?? textOf(unitOfMeasure?.['unit']);
  return {
    value: text,
    measurand: quantity,
    phase: textOf(phase) ?? '',
    // Interpretation: the standards' default Wh is meant for energy; a current without a unit is not in Wh.
    unit: unitText ?? (quantity.startsWith('Energy.') ? 'Wh' : ''),
    multiplier: unitOfMeasure === undefined ? 0 : (cappedAt(unitOfMeasure, 'multiplier') ?? 0),
    context: textOf(context) ?? 'Sample.Periodic',
    location: textOf(location) ?? 'Outlet',
  };
}
