import { type CircuitId, type DeciAmps, deciAmps, type EpochMs, type GridPhase } from '@headroom/kernel';
import { WHOLE_PERCENT } from './coefficient.ts';
import type { CircuitModel, DeratedCircuit, DeratingModel, MeterReading, SiteModel } from './model.ts';
import { isFresh } from './other-load.ts';

/** A temperature that falls counts by so much more than it was read, so that one that wavers about a step does not move the limit. */
export const HYSTERESIS_DECI_C = 20;

/**
 * The site with what its circuits bear at the temperatures that were read. The site itself where no circuit is derated; else one
 * model for each combination of steps, the same object again as long as it is kept: what is known of a model is kept by the object.
 *
 * @param readings by the name of the sensor, as `settledReading` leaves them
 */
export function deratedSite(site: SiteModel, readings: ReadonlyMap<string, MeterReading>, nowMs: EpochMs): SiteModel {
  const derated = new Map<CircuitId, DeratedCircuit>();
  for (const { circuitId, derating } of site.circuits.values()) {
    if (derating !== undefined) derated.set(circuitId, deratedAt(derating, readings.get(derating.sensorId), nowMs));
  }
  if (derated.size === 0) return site;
  const which = [...derated]
    .map(([id, { nowPercent, deadPercent }]) => `${id} ${nowPercent} ${deadPercent}`)
    .join('\n');
  const known = DERATED.get(site) ?? new Map<string, SiteModel>();
  DERATED.set(site, known);
  const found = known.get(which);
  if (found !== undefined) return found;
  if (known.size >= DERATED_KEPT_MAX) known.clear();
  const model = { ...site, derated };
  known.set(which, model);
  return model;
}

const DERATED = new WeakMap<SiteModel, Map<string, SiteModel>>();
/** Of one document: combinations of steps whose models are kept. Temperatures move slowly; most sites have one sensor. */
export const DERATED_KEPT_MAX = 8;

/** By this reading; a sensor that is silent, or says what is no temperature, may be as hot as it ever gets (TL1). */
export function deratedAt(derating: DeratingModel, reading: MeterReading | undefined, nowMs: EpochMs): DeratedCircuit {
  const counted = reading?.temperatureDeciC;
  const isKnown = reading !== undefined && Number.isSafeInteger(counted) && isFresh(reading, derating, nowMs);
  return isKnown && counted !== undefined ? deratedBy(derating, counted) : lowestOf(derating);
}

/** The same of a temperature that is fresh. */
export const deratedBy = (derating: DeratingModel, deciC: number): DeratedCircuit => ({
  nowPercent: percentAt(derating, deciC),
  deadPercent: percentAt(derating, deciC + derating.risesAtMostDeciC),
});

/** Steps come in the order of their temperatures, each lower than the one before: the last one that is passed counts. */
const percentAt = ({ steps }: DeratingModel, deciC: number): number =>
  steps.findLast(({ aboveDeciC }) => deciC > aboveDeciC)?.percent ?? WHOLE_PERCENT;

const lowestOf = ({ steps }: DeratingModel): DeratedCircuit => {
  const percent = steps.at(-1)?.percent ?? WHOLE_PERCENT;
  return { nowPercent: percent, deadPercent: percent };
};

/** What a circuit bears in this model; of one whose temperature nobody has put in, at its hottest. */
export const bearsOf = ({ derated }: Pick<SiteModel, 'derated'>, circuit: CircuitModel): DeratedCircuit | undefined =>
  circuit.derating === undefined ? undefined : (derated?.get(circuit.circuitId) ?? lowestOf(circuit.derating));

/** What one conductor bears at its hottest: for what outlives every reading, and for what flows back. */
export function leastRating({ rating, derating }: CircuitModel, phase: GridPhase): DeciAmps {
  return derating === undefined ? rating[phase] : percentOf(rating[phase], lowestOf(derating).nowPercent);
}

/** Limits round down. */
export const percentOf = (rating: DeciAmps, percent: number): DeciAmps =>
  deciAmps(Math.floor((rating * percent) / WHOLE_PERCENT));

/**
 * A reading as it is kept in the place of the one before. Of a temperature: what rises counts at once, what falls only by what goes
 * beyond `HYSTERESIS_DECI_C`. So what counts is never below what was read, and the same readings leave the same.
 */
export function settledReading(before: MeterReading | undefined, reading: MeterReading): MeterReading {
  const { temperatureDeciC: read } = reading;
  if (read === undefined) return reading;
  const counts = countsAs(before?.temperatureDeciC, read);
  return counts === read ? reading : { ...reading, temperatureDeciC: counts };
}

/** What a temperature counts as after another one that counted, or after none. */
export const countsAs = (before: number | undefined, readDeciC: number): number =>
  before === undefined || before <= readDeciC ? readDeciC : Math.min(before, readDeciC + HYSTERESIS_DECI_C);
