import type { MeterValue, SampledValue, StationTime } from './canonical.ts';
import { type JsonObject, objectAt, objectsAt, textAt, wholeAt } from './json.ts';
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
  const value = textAt(sample, 'value');
  if (value === undefined) return undefined;
  const unitOfMeasure = objectAt(sample, 'unitOfMeasure');
  const measurand = textAt(sample, 'measurand') ?? ENERGY;
  const unit = textAt(sample, 'unit') ?? (unitOfMeasure === undefined ? undefined : textAt(unitOfMeasure, 'unit'));
  return {
    value,
    measurand,
    phase: textAt(sample, 'phase') ?? '',
    // Interpretation: the standards' default Wh is meant for energy; a current without a unit is not in Wh.
    unit: unit ?? (measurand.startsWith('Energy.') ? 'Wh' : ''),
    multiplier: unitOfMeasure === undefined ? 0 : (wholeAt(unitOfMeasure, 'multiplier') ?? 0),
    context: textAt(sample, 'context') ?? 'Sample.Periodic',
    location: textAt(sample, 'location') ?? 'Outlet',
  };
}
