import type { EpochMs, PerPhaseDeciAmps } from '@headroom/kernel';
import { anyPhase, COLDEST_DECI_C, GRID_PHASES, HOTTEST_DECI_C } from '@headroom/kernel';

type ReadingRefusalCode = 'too-old' | 'from-the-future' | 'implausible' | 'unknown-meter' | 'out-of-order';

export interface ReadingRefusal {
  readonly code: ReadingRefusalCode;
  /** A sentence with the numbers. */
  readonly detail: string;
}

export interface SiteMeterReading {
  readonly meterId: string;
  readonly current: PerPhaseDeciAmps;
  readonly sampledAtMs: EpochMs;
}

/** What a sensor of temperature says (LC2). */
export interface SensorReading {
  readonly meterId: string;
  readonly temperatureDeciC: number;
  readonly sampledAtMs: EpochMs;
}

/** A meter of a site document. */
export interface KnownMeter {
  readonly meterId: string;
  /** The most that the load behind it may ever draw. */
  readonly worstCase: PerPhaseDeciAmps;
}

/** A sensor of temperature of a site document. */
export const SENSOR = 'sensor';

export const MAX_READING_AGE_MS = 60_000;
export const MAX_READING_LEAD_MS = 10_000;
/** An export of more than 1,000 A on a phase is no building of ours. */
export const LEAST_PLAUSIBLE_DECI_A = -10_000;
const WORST_CASE_FACTOR = 10;
/** A meter whose load is small may still be misconfigured: up to this nothing is called implausible. */
const ALWAYS_PLAUSIBLE_DECI_A = 1_000;

/** Why this reading is not taken, or undefined. `last`: when the last reading taken of that meter was sampled. */
export function checkReading(
  reading: SiteMeterReading | SensorReading,
  meter: KnownMeter | typeof SENSOR | undefined,
  at: { readonly nowMs: EpochMs; readonly lastSampledAtMs?: EpochMs | undefined },
): ReadingRefusal | undefined {
  if (meter === undefined) return { code: 'unknown-meter', detail: `The site has no meter "${reading.meterId}".` };
  const ageMs = at.nowMs - reading.sampledAtMs;
  if (ageMs > MAX_READING_AGE_MS) {
    return {
      code: 'too-old',
      detail: `The reading is ${Math.round(ageMs / 1000)} s old; at most ${MAX_READING_AGE_MS / 1000} s are taken.`,
    };
  }
  if (ageMs < -MAX_READING_LEAD_MS) {
    return {
      code: 'from-the-future',
      detail: `The reading lies ${Math.round(-ageMs / 1000)} s ahead of our clock; at most ${MAX_READING_LEAD_MS / 1000} s are taken.`,
    };
  }
  if (at.lastSampledAtMs !== undefined && reading.sampledAtMs < at.lastSampledAtMs) {
    return {
      code: 'out-of-order',
      detail: `A reading taken ${at.lastSampledAtMs - reading.sampledAtMs} ms later is already recorded.`,
    };
  }
  if ('temperatureDeciC' in reading) return meter === SENSOR ? implausiblyHot(reading) : wrongKind(reading);
  return meter === SENSOR ? wrongKind(reading) : implausible(reading.current, meter.worstCase);
}

const wrongKind = (reading: SiteMeterReading | SensorReading): ReadingRefusal => ({
  code: 'unknown-meter',
  detail:
    'temperatureDeciC' in reading
      ? `"${reading.meterId}" is a meter: it shows currents, and no temperature.`
      : `"${reading.meterId}" is a sensor of temperature: it shows no currents.`,
});

function implausiblyHot({ temperatureDeciC }: SensorReading): ReadingRefusal | undefined {
  const isOne = Number.isSafeInteger(temperatureDeciC);
  if (isOne && temperatureDeciC >= COLDEST_DECI_C && temperatureDeciC <= HOTTEST_DECI_C) return undefined;
  const detail = `${temperatureDeciC / 10} C lies outside ${COLDEST_DECI_C / 10} to ${HOTTEST_DECI_C / 10} C.`;
  return { code: 'implausible', detail };
}

function implausible(current: PerPhaseDeciAmps, worstCase: PerPhaseDeciAmps): ReadingRefusal | undefined {
  const worst = Math.max(...GRID_PHASES.map((phase) => worstCase[phase]));
  const most = Math.max(ALWAYS_PLAUSIBLE_DECI_A, worst * WORST_CASE_FACTOR);
  if (!anyPhase(current, (value) => value < LEAST_PLAUSIBLE_DECI_A || value > most)) return undefined;
  const values = GRID_PHASES.map((phase) => current[phase] / 10).join(', ');
  return {
    code: 'implausible',
    detail: `${values} A on L1, L2, L3 lies outside ${LEAST_PLAUSIBLE_DECI_A / 10} to ${most / 10} A (ten times the worst case of the document).`,
  };
}
