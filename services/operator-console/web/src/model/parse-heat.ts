import { type Fields, instantOf, numberOf, textOf } from './json-fields.ts';
import type { CircuitHeat, PerPhase } from './live-site.ts';

/** Without a sensor, or without what it bears, it is none: nothing could be said of it. */
export function heatOf(derating: Fields | null, perPhaseOf: (value: unknown) => PerPhase | null): CircuitHeat | null {
  const sensor = textOf(derating?.['sensor']);
  const bearsPercent = numberOf(derating?.['bearsPercent']);
  if (derating === null || sensor === null || bearsPercent === null) return null;
  return {
    ...{ sensor, bearsPercent },
    temperatureC: numberOf(derating['temperatureC']),
    measuredAtMs: instantOf(derating['measuredAt']),
    ageMs: numberOf(derating['ageMs']),
    silent: derating['silent'] === true,
    bears: perPhaseOf(derating['bears']),
    sentence: textOf(derating['sentence']) ?? '',
  };
}
